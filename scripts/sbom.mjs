// Writes dist/sbom.cdx.json, what is installed with Harmonia as a CycloneDX document, from package-lock.json: npm run sbom
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const ROOT = new URL('..', import.meta.url);
const OPTIONS = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application', '--offline'];

/** `name@version` of what users get. A package may lie in several places, in some of them for developers only. */
const neededByUsers = () => {
  const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8'));
  const places = Object.entries(packages).filter(([path, { link, dev }]) => path !== '' && !link && !dev);
  return new Set(places.map(([path, { name = path.split('node_modules/').pop(), version }]) => `${name}@${version}`));
};

/** npm's own `--omit=dev` looks at one place of each package only, and so loses `pg` and others (11.19). */
const forUsers = ({ components, dependencies, ...document }) => {
  const needed = neededByUsers();
  const kept = components.filter((component) => needed.has(component['bom-ref']));
  const refs = new Set([document.metadata.component['bom-ref'], ...needed]);
  const edges = dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((of) => refs.has(of)) }));
  return { ...document, components: kept.map(asNeeded), dependencies: edges };
};

/** Its own name, where npm says that of a directory; and no word of the place that npm happened to look at. */
const asNeeded = ({ properties = [], ...component }) => ({
  ...component,
  scope: undefined,
  name: component['bom-ref'].slice(0, component['bom-ref'].lastIndexOf('@')),
  properties: properties.filter(
    ({ name }) => name !== 'cdx:npm:package:development' && name !== 'cdx:npm:package:path',
  ),
});

/** The document; the same lock file gives the same bytes. */
export const bill = () => {
  const { name, version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  const text = execFileSync('npm', ['sbom', ...OPTIONS], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const document = forUsers(JSON.parse(text));
  delete document.serialNumber;
  delete document.metadata.timestamp;
  // npm calls the root by the directory that it happens to lie in.
  Object.assign(document.metadata.component, { name, version });
  return document;
};

if (process.argv[1] === new URL(import.meta.url).pathname) {
  mkdirSync(new URL('dist/', ROOT), { recursive: true });
  writeFileSync(new URL('dist/sbom.cdx.json', ROOT), `${JSON.stringify(bill(), null, 2)}\n`);
  console.log('dist/sbom.cdx.json');
}
