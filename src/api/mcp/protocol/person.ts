import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  type ClientCapabilities,
  type InputRequiredResult,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Person, PersonWanted } from '../consent.js';

const FIELD = 'agree';

/** Clients of today say with each request what they can; those of yesterday once, where there is a connection. */
const capabilitiesOf = (server: Server, { mcpReq }: ServerContext): ClientCapabilities | undefined => {
  const said: { readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } | undefined = mcpReq.envelope;
  return said?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
};

/** The person behind a client, as far as it can ask him by a form; saying nothing of modes means forms. */
export const personBehind = (server: Server, context: ServerContext): Person => {
  const { elicitation } = capabilitiesOf(server, context) ?? {};
  if (!elicitation || (elicitation.form === undefined && Object.keys(elicitation).length > 0))
    return { is: 'out of reach' };
  const { mcpReq } = context;
  const said = inputResponse(mcpReq.inputResponses, FIELD);
  const to: unknown = mcpReq.requestState();
  if (said.kind !== 'elicit' || typeof to !== 'string') return { is: 'within reach' };
  return { is: 'within reach', answer: { to, agreed: said.action === 'accept' && said.content?.[FIELD] === true } };
};

/** What the client is answered that is to ask. It hands back which question it was; that it could forge, as the answer itself. */
export const askPerson = ({ what, question }: PersonWanted): InputRequiredResult =>
  inputRequired({
    inputRequests: {
      [FIELD]: inputRequired.elicit({
        message: `${what}?`,
        requestedSchema: {
          type: 'object',
          properties: { [FIELD]: { type: 'boolean', title: 'Yes, do it', description: what } },
          required: [FIELD],
        },
      }),
    },
    requestState: question,
  });
