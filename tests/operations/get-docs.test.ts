import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { handler } from '../../functions/operations/get-docs.ts';
import { send } from '../support/request.ts';

describe('GET /docs', () => {
  test('answers a page to anyone', async () => {
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching(/^<!doctype html>/) });
    expect(reply.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
  });

  test('loads nothing from another host and runs nothing inline', async () => {
    const { body } = await send(handler, { caller: null });
    expect(body).not.toMatch(/https?:|src="\/\//);
    expect(body).not.toMatch(/<script(?![^>]* src=)/);
  });

  test('loads what this API serves', async () => {
    const { body } = await send(handler, { caller: null });
    const loaded = [...String(body).matchAll(/(?:src|href)="([^":]+)"/g)].map(([, url]) => `GET /${url}`);
    const routes: string[] = [operationsContract.getDocsStyle.route, operationsContract.getDocsScript.route];
    expect(loaded).toEqual(routes);
  });
});
