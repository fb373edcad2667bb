import type { NewToken, Role, Scope, TokenRequest } from '@/api/types';

/** What a token may be for, in the words of the form. */
export const KINDS: {
  value: NonNullable<TokenRequest['kind']>;
  label: string;
  hint: string;
  needs: Role;
}[] = [
  {
    value: 'ingest',
    label: 'Shipper',
    hint: 'Sends flows and can do nothing else: for Fluent Bit, Vector, cpa push.',
    needs: 'editor',
  },
  {
    value: 'service',
    label: 'Pipeline',
    hint: 'A program of its own, which stays when its owner leaves.',
    needs: 'admin',
  },
  {
    value: 'user',
    label: 'Myself',
    hint: 'Acts in your name, with no more than you may do.',
    needs: 'viewer',
  },
];

export const SCOPES: { value: Scope; label: string; needs: Role }[] = [
  { value: 'flows:read', label: 'Read flows, connections and imports', needs: 'viewer' },
  { value: 'flows:write', label: 'Import flows', needs: 'editor' },
  { value: 'policies:read', label: 'Read, check and simulate policies', needs: 'viewer' },
  { value: 'policies:write', label: 'Generate and change policies', needs: 'editor' },
  { value: 'tokens:admin', label: 'Make and revoke tokens', needs: 'viewer' },
  { value: 'audit:read', label: 'Read the audit', needs: 'admin' },
];

export const scopeLabel = (scope: Scope) =>
  SCOPES.find((item) => item.value === scope)?.label ?? scope;

const LIMIT = /^[^/\s]+\/[^/\s]+$/;

/** What is wrong with a limit, or undefined. */
export const limitProblem = (limits: string[]): string | undefined => {
  const wrong = limits.find((limit) => !LIMIT.test(limit));
  return wrong === undefined
    ? undefined
    : `“${wrong}” is no CLUSTER/NAMESPACE; * stands for any of either.`;
};

/** The listener for tokens has a port of its own, which a page of the portal can only guess. */
export function guessAutomationUrl(location: { protocol: string; hostname: string }): string {
  return `${location.protocol}//${location.hostname}:8081`;
}

export interface Recipe {
  label: string;
  text: string;
}

const shellQuote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Lines that work as they are, with the token in the environment and not in the list of processes. */
export function recipes({ token, scopes }: NewToken, url: string): Recipe[] {
  const address = url.replace(/\/+$/, '');
  const keep = `export CPA_TOKEN=${token}\n`;
  const header = '-H "Authorization: Bearer $CPA_TOKEN"';
  if (!scopes.includes('flows:write')) {
    const path = scopes.includes('policies:read')
      ? '/api/policies/download?format=yaml'
      : scopes.includes('flows:read')
        ? '/api/connections?limit=10'
        : scopes.includes('audit:read')
          ? '/api/audit?limit=10'
          : '/api/session';
    return [
      {
        label: 'curl',
        text: `${keep}curl --fail-with-body ${header} \\\n  ${shellQuote(address + path)}`,
      },
    ];
  }
  const parts = URL.canParse(address) ? new URL(address) : undefined;
  const tls = parts?.protocol === 'https:';
  return [
    {
      label: 'curl',
      text: `${keep}hubble observe --last 10000 -o jsonpb > flows.jsonl
curl --fail-with-body ${header} \\
  -T flows.jsonl ${shellQuote(`${address}/api/flows/import?name=flows.jsonl`)}`,
    },
    {
      label: 'cpa push',
      text: `${keep}hubble observe -f -o jsonpb | cpa push --url ${shellQuote(address)} -`,
    },
    {
      label: 'Fluent Bit',
      text: `# CPA_TOKEN is in the environment of Fluent Bit:
# CPA_TOKEN=${token}
pipeline:
  outputs:
    - name: http
      match: '*'
      host: ${parts?.hostname ?? address}
      port: ${parts?.port || (tls ? 443 : 80)}
      tls: ${tls}
      uri: /api/flows/import?name=fluent-bit
      format: json_lines
      compress: gzip
      header: Authorization Bearer \${CPA_TOKEN}
      retry_limit: no_limits`,
    },
  ];
}
