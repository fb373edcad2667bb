import { describe, expect, it } from 'vitest';
import { checkYaml } from './schemaService';

const policy = (spec: string) =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: a\n  namespace: b\nspec:\n${spec}`;

const GOOD = policy(`  endpointSelector:
    matchLabels:
      app: web
  egress:
    - toEndpoints:
        - matchLabels:
            app: api
      toPorts:
        - ports:
            - port: "80"
              protocol: TCP
`);

describe('checkYaml', () => {
  it('has nothing to say about a good policy', () => {
    expect(checkYaml(GOOD)).toEqual([]);
  });

  it('reports broken YAML with its line', () => {
    const [finding] = checkYaml('a: 1\nb: [\n');
    expect(finding).toMatchObject({ severity: 'error' });
    expect(finding?.line).toBeGreaterThanOrEqual(2);
  });

  it('points at a value outside the choice', () => {
    const findings = checkYaml(GOOD.replace('TCP', 'TPC'));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'error', line: 17 });
    expect(findings[0]?.message).toContain('“protocol”');
  });

  it('warns about a field that Cilium does not know', () => {
    const findings = checkYaml(GOOD.replace('toPorts', 'toPort'));
    expect(findings).toEqual([
      expect.objectContaining({ severity: 'warning', line: 14, column: 7 }),
    ]);
  });

  it('points at a wrong type', () => {
    const findings = checkYaml(GOOD.replace('"80"', '80'));
    expect(findings).toEqual([expect.objectContaining({ severity: 'error', line: 16 })]);
  });

  it('wants a subject and a direction', () => {
    const messages = checkYaml(policy('  description: x\n')).map((finding) => finding.message);
    expect(messages.join(' ')).toContain('endpointSelector');
    expect(messages.join(' ')).toContain('ingress');
  });

  it('checks each document of a text by itself', () => {
    const findings = checkYaml(`${GOOD}---\n${GOOD.replace('TCP', 'NO')}`);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.line).toBeGreaterThan(20);
  });

  it('leaves other kinds to the server', () => {
    expect(checkYaml('kind: NetworkPolicy\nspec: {}\n')).toEqual([]);
  });

  it('answers at once for a hostile name', () => {
    const name = `${'a'.repeat(60)}/`;
    const started = performance.now();
    checkYaml(
      policy(`  endpointSelector: {}\n  egress:\n    - toFQDNs:\n        - matchName: "${name}"\n`),
    );
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
