/** Names of credentials. Those with a colon, `webhook:…:…`, are managed by features. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;

export const isCredentialName = (name: string): boolean => NAME.test(name);

/** It belongs to a feature: people do not set it, and tasks do not get it. */
export const isManagedName = (name: string): boolean => name.includes(':');
