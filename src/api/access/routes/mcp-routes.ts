import { filtered, needs, nothing, open, recordingItself, type RouteTable } from '../route-access.js';

/** What a call needs, and which workflow it is about, each tool says of itself: it is judged call by call. */
const anyTool = recordingItself(needs('read', filtered));

const below = (base: string): RouteTable => ({
  // What tools there are is in the documentation, too, and the platform's status asks for it without credentials.
  [`GET ${base}/health`]: open,
  [`GET ${base}/capabilities`]: open,
  [`GET ${base}/tools`]: open,
  [`GET ${base}/tools/:id`]: open,
  [`POST ${base}/tools/list`]: open,
  [`GET ${base}/workflow-status`]: needs('read', nothing),
  [`POST ${base}/tools/:id/execute`]: anyTool,
  [`POST ${base}/tools/call`]: anyTool,
  [`POST ${base}/process`]: anyTool,
  [`POST ${base}/resources/list`]: anyTool,
  [`POST ${base}/resources/get`]: anyTool,
  [`POST ${base}/resources/read`]: anyTool,
});

/** The Model Context Protocol, and upstream's tools. */
export const MCP_ROUTES: RouteTable = {
  'ANY /mcp': anyTool,
  'POST /tools/:name/execute': anyTool,
  ...below('/mcp'),
  ...below('/mcp/v2'),
};
