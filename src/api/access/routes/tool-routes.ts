import { filtered, needs, nothing, open, recordingItself, type RouteTable } from '../route-access.js';

/** What is about workflows, and which of them, each tool says of itself: it is judged call by call. */
const call = recordingItself(needs('read', filtered));

/** Tools, over the protocol and beside it. */
export const TOOL_ROUTES: RouteTable = {
  'ANY /mcp': call,
  'POST /tools/:name/execute': call,
  ...Object.fromEntries(
    ['/mcp', '/mcp/v2'].flatMap((base) => [
      // Which tools there are is in the documentation, too.
      [`GET ${base}/health`, open],
      [`GET ${base}/capabilities`, open],
      [`GET ${base}/tools`, open],
      [`GET ${base}/tools/:id`, open],
      [`GET ${base}/workflow-status`, needs('read', nothing)],
      [`POST ${base}/tools/:id/execute`, call],
      [`POST ${base}/process`, call],
      [`POST ${base}/tools/list`, call],
      [`POST ${base}/tools/call`, call],
      [`POST ${base}/resources/list`, call],
      [`POST ${base}/resources/get`, call],
      [`POST ${base}/resources/read`, call],
    ]),
  ),
};
