import { expect, test } from '@jest/globals';
import { asHarmoniaError } from '../../../src/api/rest/error/error-filter.js';
import * as errors from '../../../src/tekton/utilities/errors/index.js';

const request = { method: 'GET', url: '/x' };

test.each<[errors.TektonError, [string, number] | undefined]>([
  [new errors.HttpTimeoutError('late.', { method: 'GET', url: 'u' }), ['component_unreachable', 502]],
  [new errors.ServiceUnavailableError('gone.'), ['component_unreachable', 502]],
  [new errors.HttpNotFoundError('no.', { method: 'GET', url: 'u', statusCode: 404 }), ['component_error', 502]],
  [new errors.ContextNotFoundError('none.'), ['invalid_request', 404]],
  [new errors.AuthorizationError('no.'), ['invalid_request', 403]],
  [new errors.ConfigurationValueError('secret of ours'), undefined],
  [new errors.TektonError('secret of ours'), undefined],
])('Harmonia answers %s in its own words', (error, expected) => {
  const answer = asHarmoniaError(error, request);
  expect(answer && [answer.code, answer.status]).toEqual(expected);
});

const NOW = Date.parse('2026-11-30T00:00:00Z');

test.each<[errors.TektonError, number]>([
  [new errors.DataError('x'), 400],
  [new errors.TokenExpiredError('x'), 401],
  [new errors.AuthorizationError('x'), 403],
  [new errors.ComponentNotFoundError('x'), 404],
  [new errors.ServiceTimeoutError('x'), 408],
  [new errors.DataConflictError('x'), 409],
  [new errors.TektonError('x'), 500],
  [new errors.ServiceUnavailableError('x'), 503],
])('%s is answered with %i', (error, status) => {
  expect(errors.errorAnswer(error, { component: 'sophia', requestId: 'r1', now: NOW })).toEqual({
    status,
    body: {
      ...{ error: error.constructor.name, message: 'x', type: 'tekton.error' },
      ...{ component: 'sophia', requestId: 'r1', timestamp: '2026-11-30T00:00:00.000Z' },
    },
  });
});

test('the dictionary form names the component and the details', () => {
  const error = new errors.CapabilityInvocationError('no', { component: 'sophia', details: { n: 1 }, cause: 'why' });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    ...{ error: 'CapabilityInvocationError', message: 'no', type: 'tekton.error', component_id: 'sophia' },
    details: { n: 1 },
  });
  expect([error.cause, error instanceof errors.CapabilityError]).toEqual(['why', true]);
});

test('what is no error of the platform stays inside', () => {
  const answer = errors.errorAnswer(new Error('secret of ours'), { component: 'x', requestId: undefined, now: NOW });
  expect([answer.status, JSON.stringify(answer)]).toEqual([500, expect.not.stringContaining('secret')]);
  expect(answer.body).toMatchObject({ error: 'InternalError', type: 'error' });
});

test.each<[unknown, string]>([
  [{ code: 'ENOENT', message: 'no file' }, 'ConfigurationFileError'],
  [{ code: 'EACCES' }, 'AuthorizationError'],
  [{ code: 'ECONNREFUSED' }, 'ServiceUnavailableError'],
  [{ name: 'TimeoutError' }, 'ServiceTimeoutError'],
  [{ code: 'EMFILE' }, 'ResourceLimitError'],
  [{ code: 'EIO' }, 'ResourceError'],
  [{ code: 'toString' }, 'TektonError'],
  [new RangeError('x'), 'TektonError'],
  ['a text', 'TektonError'],
  [undefined, 'TektonError'],
])('%j becomes a %s', (thrown, name) => {
  const error = errors.asTektonError(thrown, { component: 'x' });
  expect([error.name, error.cause, error.component]).toEqual([name, thrown, 'x']);
  expect(errors.asTektonError(error)).toBe(error);
});

test('errors are known by their brand, from whatever copy of the package', () => {
  const other = { [Symbol.for('tekton.error')]: true, status: 404, toJSON: () => ({ error: 'X', message: 'm' }) };
  expect([errors.isTektonError(other), errors.isTektonError(new Error('x')), errors.isTektonError(null)]).toEqual([
    ...[true, false, false],
  ]);
  expect(errors.errorAnswer(other, { component: 'x', requestId: 'r', now: NOW }).status).toBe(404);
});
