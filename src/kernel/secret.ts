/** Characters. Shorter texts stand everywhere: masking them would tear up whatever is said, so nobody may call them a secret. */
export const SHORTEST_SECRET = 4;
