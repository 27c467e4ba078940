import { describe, expect, test } from 'vitest';
import {
  checkUrl,
  guardedLookup,
  type HostPolicy,
  HostRefused,
  isPublicAddress,
} from '../../functions/runtime/hosts.ts';

const isAllowed = (url: string, policy: HostPolicy) => {
  try {
    checkUrl(new URL(url), policy);
    return true;
  } catch (error) {
    if (error instanceof HostRefused) return false;
    throw error;
  }
};

describe('address', () => {
  test.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    ['loopback', ['127.0.0.1', '127.255.0.1', '::1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1']],
    ['link-local', ['169.254.0.1', 'fe80::1', 'fec0::1']],
    ['metadata of clouds', ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.250', '255.255.255.255', 'ff02::1']],
    ['reserved', ['240.0.0.1', '192.0.0.1', '192.0.2.1', '198.18.0.1', '2001:db8::1', '100::1']],
    ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '::ffff:0:127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1']],
    ['tunnels', ['2002:7f00:1::', '2001:0:7f00:1::']],
    ['no address', ['', 'localhost', 'example.com', '300.1.1.1']],
  ])('%s is not public: %j', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

describe('URL', () => {
  test.each([
    'https://mastodon.example',
    'https://mastodon.example:8443/api?q=1',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
  ])('%s may be called', (url) => {
    expect(isAllowed(url, 'refuse')).toBe(true);
  });

  test.each([
    [
      'another scheme',
      ['http://mastodon.example', 'ftp://mastodon.example', 'file:///etc/passwd', 'data:,x', 'ws://a.example'],
    ],
    [
      'credentials',
      ['https://user:pass@mastodon.example', 'https://user@mastodon.example', 'https://:pass@mastodon.example'],
    ],
    [
      'a loopback address',
      ['https://127.0.0.1', 'https://127.0.0.1.', 'https://[::1]:8443', 'https://[::ffff:127.0.0.1]'],
    ],
    ['a shortened address', ['https://127.1', 'https://0', 'https://10.1']],
    ['a decimal address', ['https://2130706433', 'https://2852039166']],
    ['an octal address', ['https://0177.0.0.1', 'https://017700000001']],
    ['a hexadecimal address', ['https://0x7f.0.0.1', 'https://0x7f000001', 'https://0xA9FEA9FE']],
    ['an address in full-width digits', ['https://１２７.0.0.1', 'https://127。0。0。1']],
    ['an encoded address', ['https://%31%32%37.0.0.1']],
    ['the metadata service', ['https://169.254.169.254/latest/meta-data/', 'https://[fd00:ec2::254]/']],
    ['an address behind NAT64', ['https://[64:ff9b::7f00:1]/']],
  ])('with %s is refused: %j', (_, urls) => {
    expect(urls.filter((url) => isAllowed(url, 'refuse'))).toEqual([]);
  });

  test('may be private where the stage allows it, but never another scheme or with credentials', () => {
    const isAllowedHere = (url: string) => isAllowed(url, 'allow');
    expect(['http://127.0.0.1:3000', 'https://10.0.0.1', 'http://localhost'].every(isAllowedHere)).toBe(true);
    expect(['ftp://127.0.0.1', 'file:///etc/passwd', 'http://user@127.0.0.1'].some(isAllowedHere)).toBe(false);
  });
});

type Addresses = { address: string; family: number }[];

/** What a socket is given for a name, when DNS answers `addresses` to it. */
function lookUp(policy: HostPolicy, addresses: Addresses | Error, options: { all?: boolean } = { all: true }) {
  const resolve: Parameters<typeof guardedLookup>[1] = (_, asked, callback) => {
    expect(asked.all).toBe(true);
    if (addresses instanceof Error) callback(addresses, []);
    else callback(null, addresses);
  };
  return new Promise((done, fail) => {
    guardedLookup(policy, resolve)('name.example', options, (error, found, family) =>
      error ? fail(error) : done(options.all ? found : { found, family }),
    );
  });
}

describe('lookup', () => {
  const open = { address: '1.1.1.1', family: 4 };
  const inside = { address: '10.0.0.1', family: 4 };
  const mapped = { address: '::ffff:169.254.169.254', family: 6 };

  test('gives the addresses of a public name', async () => {
    expect(await lookUp('refuse', [open])).toEqual([open]);
    expect(await lookUp('refuse', [open], {})).toEqual({ found: '1.1.1.1', family: 4 });
  });

  test.each([
    ['private', [inside]],
    ['public and private', [open, inside]],
    ['mapped', [open, mapped]],
  ])('refuses a name with %s addresses', async (_, addresses) => {
    await expect(lookUp('refuse', addresses)).rejects.toBeInstanceOf(HostRefused);
    await expect(lookUp('refuse', addresses, {})).rejects.toBeInstanceOf(HostRefused);
    expect(await lookUp('allow', addresses)).toEqual(addresses);
  });

  test('passes on that there is no such name', async () => {
    const missing = new Error('ENOTFOUND');
    await expect(lookUp('refuse', missing)).rejects.toBe(missing);
  });

  test('refuses the name of this machine', async () => {
    const refused = new Promise((done) => guardedLookup('refuse')('localhost', { all: true }, done));
    expect(await refused).toBeInstanceOf(HostRefused);
  });
});
