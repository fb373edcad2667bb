// The headers of each preset as its product sends them for vera (ops.md 1).

export type Preset = {
  /** The settings beside those that all have. */
  settings: Record<string, string>;
  /** Names of the headers for user, email, display name and groups. */
  names: [string, string, string, string];
  groups: string;
  /** What else the product sends. */
  more: string[];
};

export const presets: Record<string, Preset> = {
  'oauth2-proxy': {
    settings: {},
    names: [
      'X-Forwarded-User',
      'X-Forwarded-Email',
      'X-Forwarded-Preferred-Username',
      'X-Forwarded-Groups',
    ],
    groups: 'cpa-viewers,all staff',
    more: [
      'Authorization: Basic dmVyYTo=',
      'X-Forwarded-Host: cpa.example.test',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Uri: /api/session',
    ],
  },
  'auth-request': {
    settings: {},
    names: [
      'X-Auth-Request-User',
      'X-Auth-Request-Email',
      'X-Auth-Request-Preferred-Username',
      'X-Auth-Request-Groups',
    ],
    groups: 'cpa-viewers,all staff',
    more: ['X-Auth-Request-Access-Token: an-opaque-token', 'X-Real-IP: 203.0.113.7'],
  },
  authelia: {
    settings: {},
    names: ['Remote-User', 'Remote-Email', 'Remote-Name', 'Remote-Groups'],
    groups: 'cpa-viewers,all staff',
    more: ['X-Forwarded-Ssl: on', 'X-Original-URL: https://cpa.example.test/api/session'],
  },
  authentik: {
    settings: {},
    names: ['X-authentik-username', 'X-authentik-email', 'X-authentik-name', 'X-authentik-groups'],
    groups: 'cpa-viewers|all staff',
    more: ['X-authentik-uid: 900347b8', 'X-authentik-jwt: a.b.c', 'X-authentik-meta-app: cpa'],
  },
  pomerium: {
    settings: {},
    names: [
      'X-Pomerium-Claim-User',
      'X-Pomerium-Claim-Email',
      'X-Pomerium-Claim-Name',
      'X-Pomerium-Claim-Groups',
    ],
    groups: 'cpa-viewers,all staff',
    more: ['X-Pomerium-Jwt-Assertion: a.b.c'],
  },
  custom: {
    settings: {
      CPA_PROXY_USER_HEADER: 'X-Remote-User',
      CPA_PROXY_EMAIL_HEADER: 'X-Remote-Email',
      CPA_PROXY_NAME_HEADER: 'X-Remote-Name',
      CPA_PROXY_GROUPS_HEADER: 'X-Remote-Groups',
      CPA_PROXY_GROUPS_SEPARATOR: ';',
    },
    names: ['X-Remote-User', 'X-Remote-Email', 'X-Remote-Name', 'X-Remote-Groups'],
    groups: 'cpa-viewers;all staff',
    more: ['X-Forwarded-Server: sso.example.test'],
  },
};

/** The lines of a request that the product sends for vera. */
export const sentBy = ({ names, groups, more }: Preset): string[] => [
  ...['vera', 'vera@example.test', 'V\u00e9ra', groups].map((value, i) => `${names[i]}: ${value}`),
  ...more,
];
