// One measurement in a process of its own, so that memory is its own: node bench/workload.mjs W4 DIRECTORY
import { WORKLOADS } from './workloads.mjs';

const [name, directory] = process.argv.slice(2);
const result = await WORKLOADS[name](directory);
process.stdout.write(`${JSON.stringify(result)}\n`);
