import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { getDocs } from '../../functions/operations/get-docs.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { readAsset } from '../support/assets.ts';
import { send } from '../support/request.ts';

const handler = endpoint(operationsContract.getDocs, getDocs, () => ({ readAsset }));

describe('GET /docs', () => {
  test('answers a page to anyone', async () => {
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching(/^<!doctype html>/) });
    expect(reply.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
  });

  test('loads nothing from another host and runs nothing inline', async () => {
    const { body, headers } = await send(handler, { caller: null });
    expect(body).not.toMatch(/https?:|src="\/\//);
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style|style="| on\w+=/);
    expect(headers?.['content-security-policy']).not.toContain('unsafe');
  });

  test('loads what this API serves', async () => {
    const { body } = await send(handler, { caller: null });
    const loaded = [...String(body).matchAll(/<(?:script src|link rel="stylesheet" href)="([^"]+)"/g)];
    const routes: string[] = [operationsContract.getDocsStyle.route, operationsContract.getDocsScript.route];
    expect(loaded.map(([, url]) => `GET /${url}`)).toEqual(routes);
  });

  test('asks for a password in a form that only the script can send', async () => {
    const { body } = await send(handler, { caller: null });
    expect(body).toContain('<form id="sign-in" method="post"');
    expect(body).toContain('type="password"');
  });
});
