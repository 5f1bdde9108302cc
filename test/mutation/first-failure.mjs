import { writeFileSync } from 'node:fs';

/** A jest reporter that notes the first test that fails: `--bail` ends jest before it writes anything else. `FIRST_FAILURE` names the file. */
export default class FirstFailure {
  isNoted = false;

  onTestResult({ path }, { testResults, numFailingTests, testExecError }) {
    if (this.isNoted || (numFailingTests === 0 && !testExecError)) return;
    // A suite that does not load fails without a test.
    const test = testResults.find(({ status }) => status === 'failed')?.fullName ?? 'did not load';
    writeFileSync(process.env.FIRST_FAILURE, JSON.stringify({ path, test }));
    this.isNoted = true;
  }
}
