/** The components that Hermes lists; by itself, for who reads it needs neither Nest nor a registration. */
export { PeerDirectory, type Peer } from './peer-directory.js';
