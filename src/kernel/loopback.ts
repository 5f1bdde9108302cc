const LOOPBACK_V4 = /^(::ffff:)?127(\.\d{1,3}){3}$/;

/**
 * Whether a host leads to this machine, wherever one looks it up: `localhost` and what is below it (RFC 6761, 6.3), `::1`,
 * `127.0.0.0/8`. An IPv6 address may stand in brackets.
 */
export const isLoopback = (host: string): boolean => {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || LOOPBACK_V4.test(name);
};
