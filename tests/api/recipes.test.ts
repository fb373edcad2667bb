// The pages and workflows of deploy/recipes, run as they are written: against the stack, in a Git repository of
// their own. Only `hubble`, which needs a cluster, is a stand-in that prints a recording.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Body, call, forgetFlows, send } from './support/client.ts';
import { stored } from './support/policies.ts';

const recipes = fileURLToPath(new URL('../../deploy/recipes/', import.meta.url));
const recording = fileURLToPath(new URL('../../backend/src/api/sample.jsonl', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'cpa-recipes-'));
const variables: Record<string, string> = {
  ...(process.env as Record<string, string>),
  PATH: `${root}/bin:${process.env['PATH']}`,
  HOME: root,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org',
  CPA_URL: process.env['STACK_AUTOMATION_URL'] ?? assert.fail('STACK_AUTOMATION_URL is not set'),
};
delete variables['CPA_SHARED'];

type Ran = { code: number; out: string };
/** Runs a script as a pipeline does; the answer is its exit code and all it printed. */
function run(script: string, cwd: string, more: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile('bash', ['-e', '-c', script], { cwd, env: { ...variables, ...more } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr });
    });
  });
}
async function runs(script: string, cwd: string, more: Record<string, string> = {}): Promise<string> {
  const ran = await run(script, cwd, more);
  assert.equal(ran.code, 0, `${script}\n${ran.out}`);
  return ran.out;
}

async function token(...scopes: string[]): Promise<string> {
  const made = await send('createToken', { json: { name: `recipes ${scopes.join(' ')}`, scopes } });
  assert.equal(made.status, 201, made.text);
  return (made.json as { token: string }).token;
}

/** A clone of a project that has policies for what is recorded. */
async function project(name: string): Promise<string> {
  const bare = join(root, `${name}.git`);
  const clone = join(root, name);
  await runs(`git init -q -b main --bare ${bare} && git clone -q ${bare} ${clone} 2>&1`, root);
  cpSync(join(recipes, 'pull-policies'), join(clone, 'pull-policies'));
  writeFileSync(join(clone, 'Makefile'), 'traffic:\n\t@echo traffic\n');
  await runs(`git checkout -q -b main 2>/dev/null || true; cpa generate -q -o policies ${recording}
    git add -A; git commit -qm begin; git push -q origin main`, clone);
  return clone;
}
const files = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort();
const commits = async (clone: string) => Number(await runs('git rev-list --count HEAD', clone));

async function storedPolicies() {
  const items: Body<'listPolicies'>['items'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Body<'listPolicies'> = await call('listPolicies', { query: { limit: 1000, ...(cursor ? { cursor } : {}) } });
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

before(async () => {
  mkdirSync(join(root, 'bin'));
  symlinkSync(process.env['CPA_PROGRAM'] ?? assert.fail('CPA_PROGRAM is not set'), join(root, 'bin/cpa'));
  writeFileSync(join(root, 'bin/hubble'), `#!/bin/sh\n[ "$*" = 'observe --since 30m -o jsonpb' ] || exit 2\ncat ${recording}\n`);
  chmodSync(join(root, 'bin/hubble'), 0o755);
  await forgetFlows();
  for (const { policy_id } of await storedPolicies()) {
    await send('deletePolicy', { path: { policy_id }, headers: { 'If-Match': '*' } });
  }
});
after(() => rmSync(root, { recursive: true }));

test('the page: record, generate, judge, send, let the portal generate, pull', async () => {
  const clone = await project('page');
  const page = readFileSync(join(recipes, 'README.md'), 'utf8');
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map((block) => block[1]!);
  assert.equal(blocks.length, 6);
  const all = await token('flows:read', 'flows:write', 'policies:read', 'policies:write');
  const mine = (block: string) =>
    block.replace(/CPA_URL=\S+/, `CPA_URL=${variables['CPA_URL']}`).replace(/CPA_TOKEN=\S+/, `CPA_TOKEN=${all}`);
  const script = blocks.map(mine).join('\n');
  await runs(`set -u\n${script}`, clone, { JOB_ID: `job-${process.pid}` });
  assert.deepEqual(files(join(clone, 'proposed')), await generatedNames(clone));
  const generated = JSON.parse(readFileSync(join(clone, 'generated.json'), 'utf8')) as Body<'generatePolicies'>;
  assert.ok(generated.policies.length > 0);
  const kept = (await storedPolicies()).map((policy) => `${policy.namespace}.${policy.policy_name}.yaml`);
  assert.deepEqual(files(join(clone, 'policies')), kept.sort());
  for (const policy of generated.policies) {
    const file = join(clone, 'policies', `${policy.namespace}.${policy.policy_name}.yaml`);
    assert.equal(readFileSync(file, 'utf8'), policy.yaml_content);
  }
  assert.equal(await commits(clone), 2);
  // once more, as a job that is run again
  await runs(`set -u\n${blocks.slice(2).map(mine).join('\n')}`, clone, { JOB_ID: `job-${process.pid}` });
  assert.equal(await commits(clone), 2);
  assert.deepEqual(JSON.parse(readFileSync(join(clone, 'generated.json'), 'utf8')), generated);
});

/** Names of what the command line generates from the recording. */
async function generatedNames(clone: string): Promise<string[]> {
  await runs(`cpa generate -q -o again ${recording}`, clone);
  return files(join(clone, 'again'));
}

test('a commit whose policies break something, or are none, is refused by the exit code', async () => {
  const clone = await project('broken');
  const judge = (await steps('github.yml', 'judge')).join('\n');
  const [first] = files(join(clone, 'policies')).filter((name) => name.startsWith('shop.'));
  const file = join(clone, 'policies', first!);
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, good.replace(/\n {2}(in|e)gress:\n[\s\S]*$/, '\n  ingress: [{}]\n  egress:\n    - toEntities: ["health"]\n'));
  const denied = await run(judge, clone, { GITHUB_STEP_SUMMARY: join(root, 'summary'), GITHUB_REPOSITORY: 'x' });
  assert.equal(denied.code, 1, denied.out);
  assert.match(denied.out, /denied/i);
  writeFileSync(file, good.replace('endpointSelector', 'endpointSelektor'));
  const refused = await run(judge, clone, { GITHUB_STEP_SUMMARY: join(root, 'summary') });
  assert.equal(refused.code, 1, refused.out);
  assert.match(refused.out, /endpointSelektor/);
});

type Step = { name?: string; run?: string; env?: Record<string, string> };
/** The scripts of a job, in order. */
async function steps(workflow: string, job: string): Promise<string[]> {
  const text = readFileSync(join(recipes, workflow), 'utf8');
  if (workflow === 'gitlab.yml') {
    return (parse(text) as Record<string, { script: string[] }>)[job]!.script;
  }
  const { jobs } = parse(text) as { jobs: Record<string, { steps: Step[] }> };
  return jobs[job]!.steps.filter((step) => step.run !== undefined).map(({ run: script, env }) => {
    // What GitHub puts in: ${{ vars.CPA_URL }}, ${{ secrets.CPA_PULL_TOKEN }}
    const set = Object.entries(env ?? {}).map(([name, value]) => `${name}="${value.replace(/\$\{\{ \w+\.(\w+) \}\}/, '$$$1')}"`);
    return `(${set.map((one) => `export ${one}; `).join('')}\n${script}\n)`;
  });
}

for (const workflow of ['github.yml', 'gitlab.yml']) {
  test(`${workflow}: both jobs`, async () => {
    const clone = await project(workflow.replace('.yml', ''));
    const environment = {
      CPA_PUSH_TOKEN: await token('flows:write'),
      CPA_PULL_TOKEN: await token('policies:read'),
      GITHUB_STEP_SUMMARY: join(root, 'summary'),
      GITHUB_REPOSITORY: 'group/project',
      CI_PROJECT_PATH: 'group/project',
      CI_COMMIT_BRANCH: 'main',
      CI_DEFAULT_BRANCH: 'main',
      PUSH_URL: join(root, `${workflow.replace('.yml', '')}.git`),
    };
    await forgetFlows();
    await runs((await steps(workflow, 'judge')).join('\n'), clone, environment);
    const imports = (await call('listImports', { query: { limit: 1 } })).items;
    assert.deepEqual([imports[0]!.name, imports[0]!.state], ['group/project', 'done']);
    await runs('git checkout -q . && git clean -qfd', clone);
    await runs((await steps(workflow, 'pull')).join('\n'), clone, environment);
    const kept = (await storedPolicies()).map((policy) => `${policy.namespace}.${policy.policy_name}.yaml`);
    assert.deepEqual(files(join(clone, 'policies')), kept.sort());
    const bare = join(root, `${workflow.replace('.yml', '')}.git`);
    assert.equal((await runs('git log -1 --format=%s main', bare)).trim(), 'policies: as in the portal');
    const before = await commits(clone);
    await runs((await steps(workflow, 'pull')).join('\n'), clone, environment);
    assert.equal(await commits(clone), before, 'nothing changed');
  });
}

test('pull-policies touches nothing unless everything came', async () => {
  const clone = await project('pull');
  const folder = join(clone, 'policies');
  writeFileSync(join(folder, 'README.md'), 'ours');
  const there = () => readdirSync(folder).sort();
  const old = there();
  const pull = (more: Record<string, string>) => run('./pull-policies policies', clone, more);
  await stored();
  const good = await token('policies:read');
  const zip = Buffer.from(await (await fetch(new URL('/api/policies/download?format=zip', variables['CPA_URL']), {
    headers: { Authorization: `Bearer ${good}` },
  })).arrayBuffer());
  let body = zip;
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const fake = { CPA_TOKEN: good, CPA_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  try {
    const other = await token('flows:write');
    const ends = await Promise.all([
      pull({}),
      pull({ CPA_TOKEN: other }),
      pull({ CPA_TOKEN: `${good.slice(0, -1)}x` }),
      pull({ CPA_TOKEN: good, CPA_URL: 'http://127.0.0.1:1' }),
    ]);
    for (const end of ends) {
      assert.notEqual(end.code, 0, end.out);
      assert.deepEqual(there(), old);
    }
    assert.match(ends[1]!.out, /policies:read/, 'the answer says what is missing');
    body = zip.subarray(0, zip.length - 30);
    assert.notEqual((await pull(fake)).code, 0);
    body = Buffer.from('<html>sign in</html>');
    assert.notEqual((await pull(fake)).code, 0);
    assert.deepEqual(there(), old);
    // the archive of no policy
    body = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
    assert.equal((await pull(fake)).code, 0);
    assert.deepEqual(there(), ['README.md']);
    body = zip;
    assert.equal((await pull(fake)).code, 0);
    assert.ok(there().length > 1 && existsSync(join(folder, 'README.md')));
  } finally {
    server.close();
  }
});
