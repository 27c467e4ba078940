import { afterEach, describe, expect, test, vi } from 'vitest';
import { config } from '../../functions/runtime/config.ts';

afterEach(() => vi.unstubAllEnvs());

describe('config', () => {
  test('gives the variables that were asked for, parsed', () => {
    vi.stubEnv('TABLE_NAME', 'clientnest');
    vi.stubEnv('DUE_SHARDS', '8');
    expect(config('TABLE_NAME', 'DUE_SHARDS')).toEqual({ TABLE_NAME: 'clientnest', DUE_SHARDS: 8 });
  });

  test('gives a list where one is meant', () => {
    vi.stubEnv('FRONTEND_ORIGINS', 'https://app.example.com http://localhost:3000');
    expect(config('FRONTEND_ORIGINS').FRONTEND_ORIGINS).toEqual(['https://app.example.com', 'http://localhost:3000']);
  });

  test('names all that is missing or wrong at once, and no value', () => {
    vi.stubEnv('TABLE_NAME', undefined);
    vi.stubEnv('DUE_SHARDS', 'many');
    vi.stubEnv('CURSOR_KEY', 'short-secret');
    const read = () => config('TABLE_NAME', 'DUE_SHARDS', 'CURSOR_KEY');
    expect(read).toThrow(/^environment: TABLE_NAME: .+; DUE_SHARDS: .+; CURSOR_KEY: /);
    expect(read).not.toThrow(/short-secret/);
  });

  test('does not miss what nobody asked for', () => {
    vi.stubEnv('TABLE_NAME', undefined);
    vi.stubEnv('PRIVATE_HOSTS', 'refuse');
    expect(config('PRIVATE_HOSTS')).toEqual({ PRIVATE_HOSTS: 'refuse' });
    expect(config('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER')).toEqual({});
  });
});
