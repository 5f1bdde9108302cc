import { test } from '@jest/globals';
import { randomDocument, FULL, FLAT } from './random/random-document.js';
import { compiledOf, faultsOf } from './random/surroundings.js';
import { explore, grainOf, FINEST, calm, random } from './oracle/index.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
test('try', () => {
  for (const shape of [FLAT, FULL]) {
  let bad = 0; const N = 300; let t = performance.now(); const docs=[];
  const faults = new Map<string, number>();
  for (let i = 0; i < N; i++) { const d = randomDocument(i, shape); const c = compiledOf(d); if (!c) { bad++; for (const f of faultsOf(d)) faults.set(f.replace(/[a-z0-9_]+/g, (m)=>m.length<2?'#':m), (faults.get(f)??0)+1); } else docs.push(c); }
  console.log('compile ms', (performance.now()-t)/N, 'bad', bad, [...faults].slice(0,20));
  for (const fine of [false]) {
  let sits = 0, incomplete = 0, obs = 0; t = performance.now(); let worst: [number, number] = [0,0];
  docs.forEach((c, i) => { for (const w of [calm(i), random(i)]) { const stands = {}; const grain = fine ? FINEST : grainOf({compiled: c, stands, facts: NO_FACTS});
    const t1 = performance.now();
    const e = explore({ compiled: c, world: w, facts: NO_FACTS, stands, grain }, { situations: 2000 });
    const d = performance.now()-t1; if (d > worst[1]) worst = [i, d];
    sits += e.situations; if (!e.isComplete) incomplete++; obs += e.observations.size; } });
  console.log('fine', fine, 'ms per world', (performance.now()-t)/docs.length/2, 'situations', sits/docs.length/2, 'obs', obs/docs.length/2, 'incomplete', incomplete, 'worst', worst, JSON.stringify(docs[worst[0]]!.document));
  }}
});
