import { fatal, isTaskFailure, transient, type Json, type TaskFailure } from '@tekton/harmonia/plugin';

/** What the library says of a failure. */
interface SmtpError {
  readonly message?: string;
  readonly code?: string;
  /** Of the answer of the server. */
  readonly responseCode?: number;
  readonly response?: string;
  readonly rejectedErrors?: readonly SmtpError[];
  readonly recipient?: string;
}

export type Rejection = {
  readonly address: string;
  readonly code: number;
  readonly message: string;
};

const LONGEST_ANSWER = 500;
const PASSING = 400;
const PERMANENT = 500;

const said = ({ response, message }: SmtpError): string => (response ?? message ?? '').slice(0, LONGEST_ANSWER);

/** The recipients that a server did not want, each with its answer. */
export const rejectionsOf = (errors: readonly SmtpError[] | undefined): Rejection[] =>
  (errors ?? []).map((error) => ({
    address: error.recipient ?? '',
    code: error.responseCode ?? 0,
    message: said(error),
  }));

/** What is wrong with a certificate does not go away; neither does a server that has no TLS. */
const BAD_TLS =
  /certificate|CERT_|ERR_TLS|altname|wrong version number|unsupported protocol|handshake failure|STARTTLS/i;

const detailsOf = (error: SmtpError): { details?: Json } => {
  const rejected = rejectionsOf(error.rejectedErrors);
  const details = {
    ...(error.responseCode !== undefined && { code: error.responseCode, response: said(error) }),
    ...(rejected.length > 0 && { rejected: rejected.map((one) => ({ ...one })) }),
  };
  return Object.keys(details).length > 0 ? { details } : {};
};

type Kind = 'login' | 'refused' | 'deferred' | 'tls' | 'broken';

const kindOf = ({ code = '', responseCode = 0, message = '' }: SmtpError): Kind => {
  if (code === 'EAUTH' && (responseCode === 0 || responseCode >= PERMANENT)) return 'login';
  if ((code === 'ETLS' || code === 'ESOCKET') && BAD_TLS.test(message)) return 'tls';
  if (responseCode >= PERMANENT) return 'refused';
  if (responseCode >= PASSING) return 'deferred';
  return code === 'EENVELOPE' || code === 'EMESSAGE' || code === 'ECONFIG' ? 'refused' : 'broken';
};

/** A permanent answer (5xx) is fatal, a passing one (4xx) and trouble on the way are transient. */
export const smtpFailure = (thrown: unknown, host: string): TaskFailure => {
  if (isTaskFailure(thrown)) return thrown;
  const error = thrown as SmtpError;
  const options = { ...detailsOf(error), cause: thrown };
  const server = `The SMTP server ${host}`;
  switch (kindOf(error)) {
    case 'login':
      return fatal('email_login_failed', `${server} refused the login: ${said(error)}`, options);
    case 'refused':
      return fatal('email_rejected', `${server} refused the message: ${said(error)}`, options);
    case 'deferred':
      return transient('email_deferred', `${server} does not take the message now: ${said(error)}`, options);
    case 'tls': {
      const cure = 'Correct the port and `secure`, or trust its certificate by the setting `ca`.';
      return fatal('email_tls_failed', `${server} gives no protected connection: ${said(error)}. ${cure}`, options);
    }
    case 'broken':
      return transient('email_unreachable', `${server} was not reached, or broke off: ${said(error)}`, options);
  }
};
