import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { send } from '../../../plugins/email/src/send.js';
import type { Credential, Json, JsonObject } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';
import { CERTIFICATE, MailServer, refusal, type Mail } from '../../world/mail-server.js';
import { TestService } from '../../world/service.js';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});
const server = async (options: Parameters<typeof MailServer.start>[0] = {}): Promise<MailServer> => {
  const started = await MailServer.start(options);
  open.push(started);
  return started;
};
const MESSAGE = { from: 'Ada <ada@example.com>', to: 'bob@example.org', subject: 'Hi', text: 'Hello' };
const settingsFor = (port: number, more: JsonObject = {}): JsonObject => ({
  host: 'localhost',
  port,
  secure: 'starttls',
  ca: CERTIFICATE,
  ...more,
});
const mail = (port: number, input: JsonObject = {}, more: TaskSurroundings & { settings?: JsonObject } = {}) =>
  runTask(send, { ...MESSAGE, ...input }, { config: settingsFor(port, more.settings), ...more });
const login = (password: string): Credential => ({ type: 'basic', username: 'ada', password });
const failureOf = (run: TaskRun): object => (run.outcome.is === 'failed' ? run.outcome.failure : {});
const only = (mails: readonly Mail[]): Mail => {
  expect(mails).toHaveLength(1);
  return mails[0] as Mail;
};

describe('a message', () => {
  test('arrives encrypted, with everything in it', async () => {
    const to = await server();
    const run = await mail(to.port, {
      to: ['Bob "B" <bob@example.org>'.replaceAll('"', ''), 'carol@example.org'],
      cc: 'dan@example.org',
      bcc: ['eve@example.org'],
      reply_to: 'desk@example.com',
      subject: 'Grüße',
      html: '<p>Hello</p>',
      attachments: [
        { filename: 'a.txt', content: 'plain ä' },
        { filename: 'b.bin', content: 'AAEC', encoding: 'base64', content_type: 'application/x-mine' },
      ],
    });
    expect(run.outcome).toMatchObject({
      is: 'completed',
      output: {
        message_id: expect.stringMatching(/^<[0-9a-f]{32}@example\.com>$/) as unknown,
        accepted: ['bob@example.org', 'carol@example.org', 'dan@example.org', 'eve@example.org'],
        rejected: [],
        response: expect.stringContaining('kept') as unknown,
      },
    });
    const { source, secure, from, to: recipients } = only(to.mails);
    expect({ secure, from, recipients }).toEqual({
      secure: true,
      from: 'ada@example.com',
      recipients: ['bob@example.org', 'carol@example.org', 'dan@example.org', 'eve@example.org'],
    });
    expect(source).toContain('From: Ada <ada@example.com>');
    expect(source).toContain('Reply-To: desk@example.com');
    expect(source).toContain('Subject: =?UTF-8?');
    expect(source).toContain('Content-Type: application/x-mine; name=b.bin');
    expect(source).toContain('AAEC');
    expect(source).not.toMatch(/eve@|^bcc:/im);
  });

  test('has one id and one date for all attempts, and is not sent again when an attempt before was recorded', async () => {
    const to = await server();
    const first = await mail(to.port, {}, { firstStartedAt: 1_700_000_000_000 });
    await mail(to.port, {}, { firstStartedAt: 1_700_000_000_000, attempt: 2 });
    const third = await mail(to.port, {}, { attempt: 3, results: first.results });
    const other = await mail(to.port, {}, { generation: 2 });
    expect(third.outcome).toEqual(first.outcome);
    const heads = to.mails.map(({ source }) => [
      /^Message-ID: (.*)$/m.exec(source)?.[1],
      /^Date: (.*)$/m.exec(source)?.[1],
    ]);
    expect(heads).toHaveLength(3);
    expect(heads[1]).toEqual(heads[0]);
    expect(heads[0]?.[1]).toContain('14 Nov 2023');
    expect(other.outcome).not.toEqual(first.outcome);
  });

  test('goes with the account of a credential, whose fields win over the settings', async () => {
    const to = await server();
    const fields = {
      host: 'localhost',
      port: String(to.port),
      secure: 'starttls',
      username: 'ada',
      password: 'l0velace',
      from: 'robot@example.com',
    };
    const run = await runTask(
      send,
      { to: 'bob@example.org', subject: 'Hi', text: 'it is l0velace' },
      {
        config: { host: 'elsewhere.example', port: 1, ca: CERTIFICATE, allow_hosts: ['LOCALHOST'] },
        credentials: { account: { type: 'custom', fields } },
      },
    );
    expect(run.outcome).toMatchObject({ is: 'completed' });
    expect(only(to.mails)).toMatchObject({ user: 'ada', from: 'robot@example.com', secure: true });
  });

  test.each(['tls', 'none'])('goes by %s when that is said', async (secure) => {
    const to = await server({ secure: secure === 'tls', hideSTARTTLS: secure === 'none', allowInsecureAuth: true });
    const run = await mail(to.port, {}, { settings: { secure }, credentials: { account: login('l0velace') } });
    expect(run.outcome).toMatchObject({ is: 'completed' });
    expect(only(to.mails)).toMatchObject({ user: 'ada', secure: secure === 'tls' });
  });
});

describe('what a server refuses', () => {
  const rcpt = (answers: Record<string, Error>) => ({
    onRcptTo: ({ address }: { address: string }, _session: unknown, done: (error?: Error | null) => void) =>
      done(answers[address] ?? null),
  });

  test('a recipient among others is said, and the others get it', async () => {
    const to = await server(rcpt({ 'bob@example.org': refusal(550, 'no such user') }));
    const run = await mail(to.port, { cc: 'carol@example.org' });
    expect(run.outcome).toMatchObject({
      is: 'completed',
      output: {
        accepted: ['carol@example.org'],
        rejected: [
          { address: 'bob@example.org', code: 550, message: expect.stringContaining('no such user') as unknown },
        ],
      },
    });
  });

  test.each<[string, number, string, string]>([
    ['all recipients for good', 550, 'fatal', 'email_rejected'],
    ['all recipients for now (greylisting)', 451, 'transient', 'email_deferred'],
  ])('%s', async (_what, code, kind, name) => {
    const to = await server(rcpt({ 'bob@example.org': refusal(code, 'not you') }));
    expect(failureOf(await mail(to.port))).toMatchObject({
      kind,
      code: name,
      details: { code, rejected: [{ address: 'bob@example.org', code }] },
    });
    expect(to.mails).toEqual([]);
  });

  test('one of two for good, the other for now: tried again', async () => {
    const to = await server(
      rcpt({ 'bob@example.org': refusal(451, 'later'), 'carol@example.org': refusal(550, 'never') }),
    );
    expect(failureOf(await mail(to.port, { cc: 'carol@example.org' }))).toMatchObject({
      kind: 'transient',
      code: 'email_deferred',
    });
  });

  test.each<[number, string, string]>([
    [554, 'fatal', 'email_rejected'],
    [452, 'transient', 'email_deferred'],
  ])('the message, with %d', async (code, kind, name) => {
    const to = await server({
      onData: (stream, _session, done) => {
        stream.resume().on('end', () => done(refusal(code, 'no')));
      },
    });
    expect(failureOf(await mail(to.port))).toMatchObject({ kind, code: name, details: { code } });
  });

  test.each<[string, number, string, string]>([
    ['for good', 535, 'fatal', 'email_login_failed'],
    ['for now', 454, 'transient', 'email_deferred'],
  ])('the login %s, and the password is not said', async (_when, code, kind, name) => {
    const to = await server({ onAuth: (_auth, _session, done) => done(refusal(code, 'no login with wr0ng-pass')) });
    const failure = failureOf(await mail(to.port, {}, { credentials: { account: login('wr0ng-pass') } }));
    expect(failure).toMatchObject({ kind, code: name });
    expect(JSON.stringify(failure)).not.toContain('wr0ng-pass');
  });

  test('the sender', async () => {
    const to = await server({ onMailFrom: (_address, _session, done) => done(refusal(553, 'who?')) });
    expect(failureOf(await mail(to.port))).toMatchObject({ kind: 'fatal', code: 'email_rejected' });
  });

  test('everybody: 421 at the greeting', async () => {
    const to = await server({ onConnect: (_session, done) => done(refusal(421, 'busy')) });
    expect(failureOf(await mail(to.port))).toMatchObject({ kind: 'transient' });
  });
});

describe('a connection', () => {
  test('without TLS is refused, unless that is said: no login in clear', async () => {
    let logins = 0;
    const to = await server({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => {
        logins++;
        done(null, { user: 'x' });
      },
    });
    const run = await mail(to.port, {}, { credentials: { account: login('l0velace') } });
    expect(failureOf(run)).toMatchObject({
      kind: 'fatal',
      code: 'email_tls_failed',
      message: expect.stringContaining('`secure`') as unknown,
    });
    expect(logins).toBe(0);
  });

  test('to a certificate that nobody trusts is refused', async () => {
    const to = await server();
    const run = await runTask(send, MESSAGE, { config: { host: 'localhost', port: to.port } });
    expect(failureOf(run)).toMatchObject({
      kind: 'fatal',
      code: 'email_tls_failed',
      message: expect.stringContaining('`ca`') as unknown,
    });
    expect(to.mails).toEqual([]);
  });

  test('to a certificate of another name is refused', async () => {
    const to = await server();
    const run = await mail(to.port, {}, { settings: { host: '127.0.0.1' } });
    expect(failureOf(run)).toMatchObject({ kind: 'fatal', code: 'email_tls_failed' });
  });

  test.each<[string, JsonObject]>([
    ['127.0.0.1', { host: '127.0.0.1' }],
    ['localhost', { host: 'localhost', port: '25' }],
    ['::ffff:10.0.0.1', { host: '::ffff:10.0.0.1' }],
    ['169.254.169.254', { host: '169.254.169.254' }],
    ['0x7f.1', { host: '0x7f.1' }],
  ])('to %s, which only a credential names, is refused', async (_host, fields) => {
    const credentials = { account: { type: 'custom' as const, fields: fields as Record<string, string> } };
    const run = await runTask(send, MESSAGE, { config: { allow_hosts: ['mail.internal'] }, credentials });
    expect(failureOf(run)).toMatchObject({ kind: 'fatal', code: 'address_blocked' });
  });

  test('that nobody takes is tried again', async () => {
    const to = await server();
    await to.stop();
    expect(failureOf(await mail(to.port))).toMatchObject({ kind: 'transient', code: 'email_unreachable' });
  });
});

describe('a server that misbehaves', () => {
  const raw = async (answer: (socket: Socket, line: string) => void): Promise<{ port: number; sockets: Socket[] }> => {
    const sockets: Socket[] = [];
    const listener: Server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      answer(socket, '');
      socket.setEncoding('utf8').on('data', (text: string) => answer(socket, text));
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    open.push({
      stop: () => {
        for (const socket of sockets) socket.destroy();
        listener.close();
      },
    });
    return { port: (listener.address() as AddressInfo).port, sockets };
  };
  /** Goes along until DATA. */
  const along = (socket: Socket, line: string): boolean => {
    if (line === '') return socket.write('220 hi\r\n');
    if (/^EHLO/.test(line)) return socket.write('250 hi\r\n');
    if (/^(MAIL|RCPT)/.test(line)) return socket.write('250 ok\r\n');
    return /^DATA/.test(line) && socket.write('354 go on\r\n');
  };
  const PLAIN = { settings: { secure: 'none' } };

  test.each<[string, (socket: Socket, line: string) => void]>([
    ['breaks off at once', (socket) => void socket.destroy()],
    ['speaks no SMTP', (socket, line) => void (line === '' && socket.write('HTTP/1.1 400 Bad\r\n\r\n'))],
    ['breaks off within the message', (socket, line) => void (along(socket, line) || socket.destroy())],
  ])('it %s: tried again', async (_what, answer) => {
    const { port } = await raw(answer);
    expect(failureOf(await mail(port, {}, PLAIN))).toMatchObject({ kind: 'transient', code: 'email_unreachable' });
  });

  test.each<[string, (socket: Socket, line: string) => void]>([
    ['says nothing', () => undefined],
    ['takes the message and says nothing', (socket, line) => void along(socket, line)],
  ])('it %s: the attempt ends at its timeout, and the connection with it', async (_what, answer) => {
    const { port, sockets } = await raw(answer);
    expect(failureOf(await mail(port, { timeout: 0.2 }, PLAIN))).toMatchObject({ kind: 'transient', code: 'timeout' });
    await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
  });

  test('it hangs: an abort ends the attempt', async () => {
    const controller = new AbortController();
    const { port, sockets } = await raw(() => void setImmediate(() => controller.abort()));
    const run = await mail(port, {}, { ...PLAIN, signal: controller.signal });
    expect(run.outcome).toMatchObject({ is: 'failed' });
    await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
  });
});

describe('input that would do harm', () => {
  const HARM: [string, JsonObject][] = [
    ['a header in the subject', { subject: 'Hi\r\nBcc: eve@example.org' }],
    ['a header in the subject, by a bare line feed', { subject: 'Hi\nBcc: eve@example.org' }],
    ['a command in an address', { to: 'bob@example.org>\r\nRCPT TO:<eve@example.org' }],
    ['a header in a name', { from: 'Ada\r\nBcc: eve@example.org <ada@example.com>' }],
    ['two in one text', { to: 'bob@example.org, eve@example.org' }],
    ['two in angles', { to: 'x <bob@example.org>, <eve@example.org>' }],
    ['a group', { to: 'all: bob@example.org, eve@example.org;' }],
    ['a parameter after the address', { to: 'bob@example.org NOTIFY=NEVER' }],
    ['no address', { to: 'bob' }],
    ['an address that is too long', { to: `${'b'.repeat(250)}@example.org` }],
    ['a header in a file name', { attachments: [{ filename: 'a\r\nX: y', content: '' }] }],
    ['a header in a content type', { attachments: [{ filename: 'a', content: '', content_type: 'a/b\r\nX: y' }] }],
    ['a file of the server', { attachments: [{ filename: 'a', content: '', path: '/etc/passwd' }] }],
    ['a URL of the server', { attachments: [{ filename: 'a', content: '', href: 'http://127.0.0.1/' }] }],
    ['raw headers', { headers: { 'X-A': 'b' } }],
    ['an object for a text', { text: { path: '/etc/passwd' } }],
    ['no base64', { attachments: [{ filename: 'a', content: 'AA=A', encoding: 'base64' }] }],
    [
      'too many recipients',
      {
        to: Array.from({ length: 60 }, (_, n) => `a${n}@x.org`),
        cc: Array.from({ length: 60 }, (_, n) => `b${n}@x.org`),
      },
    ],
  ];
  let to: MailServer;
  beforeAll(async () => {
    to = await MailServer.start();
  });
  afterAll(() => to.stop());

  test.each(HARM)('%s is refused, and nothing is sent', async (_what, input) => {
    expect(failureOf(await mail(to.port, input))).toMatchObject({ kind: 'fatal', code: 'schema_mismatch' });
    expect(to.mails).toEqual([]);
  });

  test('what is too large is refused', async () => {
    const run = await mail(to.port, { text: 'ä'.repeat(600) }, { settings: { max_bytes: 1000 } });
    expect(failureOf(run)).toMatchObject({ kind: 'fatal', code: 'email_too_large' });
    expect(to.mails).toEqual([]);
  });

  test('neither body nor sender: said so', async () => {
    const bare = (input: Json): Promise<TaskRun> =>
      runTask(send, { to: 'bob@example.org', subject: '', ...(input as JsonObject) }, { config: settingsFor(to.port) });
    expect(failureOf(await bare({ from: 'ada@example.com' }))).toMatchObject({ code: 'schema_mismatch' });
    expect(failureOf(await bare({ text: 'x' }))).toMatchObject({ code: 'schema_mismatch' });
  });

  test.each<[string, Credential]>([
    ['an unknown field', { type: 'custom', fields: { host: 'localhost', hots: 'x' } }],
    ['half a login', { type: 'custom', fields: { host: 'localhost', username: 'ada' } }],
    ['an odd port', { type: 'custom', fields: { host: 'localhost', port: '25x' } }],
    ['an odd security', { type: 'custom', fields: { host: 'localhost', secure: 'no' } }],
  ])('a credential with %s is refused, and its values are not said', async (_what, account) => {
    const failure = failureOf(await mail(to.port, {}, { credentials: { account } }));
    expect(failure).toMatchObject({ kind: 'fatal', code: 'account_invalid' });
  });
});

test('in a workflow of the real service, a message goes out and its output is there', async () => {
  const to = await server();
  const service = await TestService.start(
    {},
    { plugins: { email: settingsFor(to.port, { from: 'ada@example.com' }) } },
  );
  try {
    await service.send('PUT', '/api/v1/credentials/ada', login('l0velace'));
    const workflow = await service.workflow({
      name: 'mail',
      tasks: {
        say: {
          type: 'email/send',
          credentials: { account: 'ada' },
          input: { to: '${input.to}', subject: 'For ${input.to}', text: 'Hello' },
        },
        then: { type: 'core/value', input: { accepted: '${tasks.say.output.accepted}' } },
      },
    });
    expect(await service.complete(workflow, { to: 'bob@example.org' })).toMatchObject({
      status: 'completed',
      task_status: { then: { output: { accepted: ['bob@example.org'] } } },
    });
    const { source, user } = only(to.mails);
    expect(source).toContain('Subject: For bob@example.org');
    expect(user).toBe('ada');
  } finally {
    await service.stop();
  }
});
