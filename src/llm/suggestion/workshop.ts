import { LRUCache } from 'lru-cache';
import type { Uuid } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { SideBySide } from '../optimizer/differential/index.js';
import { hashOfFacts } from '../optimizer/ir/index.js';
import { improve, type Proved, type Subject } from '../optimizer/prove/index.js';
import { studyOf } from '../optimizer/rules/index.js';
import type { EngineLimits } from '../optimizer/simulate/index.js';
import type { StoredSuggestion, Suggestion, SuggestionStore } from '../ports/index.js';
import type { FactBook } from './fact-book.js';
import { Benefit } from './impact.js';
import { judgeChange } from './judge-change.js';
import type { KeptHistories } from './kept-histories.js';
import { EXPIRES } from './findings.js';
import type { TellingParts } from './tell-suggestions.js';
import { wantedOf, type Question, type Wanted } from './question.js';

export interface WorkshopParts extends TellingParts {
  readonly catalog: WorkflowCatalog;
  readonly facts: FactBook;
  readonly histories: KeptHistories;
}

/** Studies that are kept: of a workflow of 1,000 tasks it takes some 100 ms to make one. */
const STUDIES_KEPT = 20;

/** Puts together what a workflow is looked at with: its compiled form, the facts, the history. */
export class Workshop {
  private readonly studies = new LRUCache<string, Subject>({ max: STUDIES_KEPT });

  constructor(private readonly parts: WorkshopParts) {}

  get limits(): EngineLimits {
    return this.parts.limits;
  }

  get store(): SuggestionStore {
    return this.parts.store;
  }

  /** The current version. */
  async subjectOf(workflow: Uuid): Promise<Subject & { readonly version: string; readonly definition: string }> {
    const { catalog, facts: book } = this.parts;
    const { pinned, compiled } = await catalog.runnable(workflow);
    const facts = await book.factsFor(workflow, compiled);
    const { surroundings } = catalog;
    const key = [pinned.definition, hashOfFacts(facts), surroundings.catalogue.revision].join(' ');
    const subject = this.studies.get(key) ?? { study: studyOf(compiled, facts, surroundings.catalogue), surroundings };
    this.studies.set(key, subject);
    return { ...subject, version: pinned.version, definition: pinned.definition };
  }

  async question(workflow: Uuid, wanted: Wanted): Promise<Question> {
    const { version, definition, ...subject } = await this.subjectOf(workflow);
    const { windowDays, minRuns } = wanted;
    const { workflow: compiled, facts } = subject.study;
    const bucket = await this.parts.histories.of({ workflow, compiled, facts, definition, windowDays, minRuns });
    return { workflow, version, subject, bucket, wanted };
  }

  /** The same change of the version of today: kept as a suggestion of its own. Undefined: it is not worth it any more. */
  async rebased(former: Suggestion, proved: Proved): Promise<StoredSuggestion | undefined> {
    const { workflowId: workflow, kind, source, narrative, provider, model, promptVersion } = former;
    const question = await this.question(workflow, wantedOf({}));
    const { subject, version, bucket, wanted } = question;
    const past = { history: bucket.history, limits: this.parts.limits };
    const isSame = ({ ops }: Proved): boolean => JSON.stringify(ops) === JSON.stringify(proved.ops);
    const evidence = source === 'llm' ? undefined : improve(subject, past).find(isSame)?.evidence;
    const judged = judgeChange({
      ...{ workflow, version, subject, kind, proved, evidence, goal: wanted.goal },
      benefit: new Benefit(subject.study.workflow, bucket.history, this.parts.limits),
      sideBySide: new SideBySide(subject.study.workflow, subject.study.facts),
      origin: {
        source,
        ...(narrative !== undefined && { narrative }),
        ...(provider !== undefined && { provider }),
        ...(model !== undefined && { model }),
        ...(promptVersion !== undefined && { promptVersion }),
      },
    });
    if (!judged.ok) return undefined;
    const now = this.parts.now();
    const stored: StoredSuggestion = { ...judged.value, status: 'open', createdAt: now, expiresAt: now + EXPIRES };
    return this.keepOne(stored);
  }

  async keepOne(stored: StoredSuggestion): Promise<StoredSuggestion> {
    const { suggestion, certificate } = stored;
    const about = { workflow: suggestion.workflowId, baseHash: suggestion.baseHash, factsHash: certificate.facts };
    const [kept = stored] = await this.parts.store.keep({ ...about, found: [stored] });
    return kept;
  }
}
