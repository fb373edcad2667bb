// The configurations of deploy/shippers: what each shipper puts on the wire with them, read out of the very
// files where a value matters, goes in; and so does the same chunk after a lost answer, once.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { automation, automationToken } from './support/automation.ts';
import { forgetFlows, sql } from './support/client.ts';
import { flow, lines } from './support/flows.ts';
import { Proxy } from './support/middle.ts';

const top = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(`deploy/shippers/${name}`, top), 'utf8');
const program = process.env['CPA_PROGRAM'] ?? assert.fail('CPA_PROGRAM is not set: run tests/run api');

let token: string;
let proxy: Proxy;
let folder: string;

before(async () => {
  token = await automationToken(['flows:write']);
  folder = mkdtempSync(join(tmpdir(), 'cpa-shippers-'));
});
after(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  await forgetFlows();
  proxy = await new Proxy(automation).start();
});
afterEach(() => proxy.stop());

type Sent = { method: string; path: string; headers: Record<string, string>; body: Buffer };
type Answer = { status: number; type: string; text: string };

/** One request as the shipper makes it: these headers, this body, nothing of fetch's own. */
function post(sent: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const out = request(
      new URL(sent.path, proxy.url),
      {
        method: sent.method,
        headers: { ...sent.headers, 'Content-Length': sent.body.length },
        agent: false,
      },
      (response) => {
        let text = '';
        response.on('data', (bytes) => (text += bytes));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text,
          }),
        );
      },
    );
    out.on('error', reject);
    out.end(sent.body);
  });
}

const flows = (count: number) => Array.from({ length: count }, () => flow());
const line = (one: unknown) => JSON.stringify(one);
const stored = () => [
  Number(sql('SELECT count(*) FROM flows')),
  Number(sql('SELECT coalesce(sum(events), 0) FROM connections')),
];

/** The chunk goes out, its answer is lost, and it goes out again: stored once, and said so. */
async function twice(sent: Sent, count: number): Promise<void> {
  proxy.loseAnswers = 1;
  await assert.rejects(post(sent));
  const again = await post(sent);
  assert.equal(again.status, 200, again.text);
  const counts = JSON.parse(again.text) as Record<string, number>;
  assert.deepEqual(
    [counts['received'], Number(counts['accepted']) + Number(counts['duplicates']), counts['rejected']],
    [count, count, 0],
  );
  assert.deepEqual(stored(), [count, count]);
}

// --- Fluent Bit ------------------------------------------------------------------------------------

type FluentBit = {
  pipeline: {
    inputs: Record<string, unknown>[];
    outputs: { uri: string; format: string; compress: string; header: string; [key: string]: unknown }[];
  };
};
const fluentBit = () => (parse(read('fluent-bit.yaml')) as FluentBit).pipeline;

/** The formats of its http output: what separates records, and the type it names. */
const fluentFormats: Record<string, { frame: (records: string[]) => string; type: string }> = {
  json: { frame: (records) => `[${records.join(',')}]`, type: 'application/json' },
  json_stream: { frame: (records) => records.join(''), type: 'application/json' },
  json_lines: { frame: (records) => `${records.join('\n')}\n`, type: 'application/x-ndjson' },
};

function fluentChunk(format: string, given: unknown[]): Sent {
  const output = fluentBit().outputs[0]!;
  const records = given.map((one, i) => line({ date: 1772359200.25 + i, log: line(one) }));
  const form = fluentFormats[format] ?? assert.fail(`no format of Fluent Bit: ${format}`);
  const [name, ...value] = output.header.split(' ');
  assert.equal(output.compress, 'gzip');
  return {
    method: 'POST',
    path: output.uri,
    headers: {
      Host: `${String(output['host'])}:${String(output['port'])}`,
      'User-Agent': 'Fluent-Bit',
      'Content-Type': form.type,
      'Content-Encoding': 'gzip',
      [name!]: value.join(' ').replace('${CPA_TOKEN}', token),
    },
    body: gzipSync(form.frame(records)),
  };
}

test('Fluent Bit: the format of the file, and a chunk that is sent again', async () => {
  const output = fluentBit().outputs[0]!;
  await twice(fluentChunk(output.format, flows(30)), 30);
  assert.equal(sql("SELECT name FROM imports WHERE state = 'done' ORDER BY started_at DESC LIMIT 1"), 'fluent-bit');
  assert.equal(output['retry_limit'], 'no_limits');
  assert.equal(fluentBit().inputs[0]!['storage.type'], 'filesystem');
});

test('Fluent Bit: its other JSON formats; lines that its tail could not read whole are rejects', async () => {
  for (const format of Object.keys(fluentFormats)) {
    await forgetFlows();
    await twice(fluentChunk(format, flows(5)), 5);
  }
  const cut = fluentChunk('json_lines', []);
  cut.body = gzipSync(`${line({ date: 1, log: line(flow()).slice(0, 100) })}\n${line({ date: 2, log: line(flow()) })}\n`);
  const answer = await post(cut);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /"accepted":\s*1\b.*"rejected":\s*1\b/s);
});

test('Fluent Bit: chunks cut differently after a restart count once', async () => {
  const all = flows(40);
  await post(fluentChunk('json_lines', all.slice(0, 25)));
  await post(fluentChunk('json_lines', all.slice(10)));
  assert.deepEqual(stored(), [40, 40]);
});

test('msgpack, which is its default, is refused with a word, not stored as nothing', async () => {
  const chunk = fluentChunk('json_lines', []);
  chunk.headers['Content-Type'] = 'application/msgpack';
  delete chunk.headers['Content-Encoding'];
  chunk.body = Buffer.from('9292d700699ec5a0000000008081a36c6f67a27b7d', 'hex');
  const answer = await post(chunk);
  const counts = JSON.parse(answer.text) as { accepted?: number; rejected?: number };
  assert.ok(answer.status === 415 || (answer.status === 200 && counts.rejected! > 0), answer.text);
  assert.deepEqual(stored(), [0, 0]);
});

// --- Vector ----------------------------------------------------------------------------------------

type Vector = {
  sinks: {
    cpa: {
      uri: string;
      method: string;
      auth: { strategy: string; token: string };
      encoding: { codec: string };
      framing: { method: string };
      compression: string;
      acknowledgements: { enabled: boolean };
    };
  };
};
const vector = () => (parse(read('vector.yaml')) as Vector).sinks.cpa;

function vectorChunk(codec: string, given: unknown[]): Sent {
  const sink = vector();
  const uri = new URL(sink.uri);
  const codecs: Record<string, { encode: (one: unknown) => string; type: string }> = {
    text: { encode: line, type: 'text/plain' },
    json: {
      encode: (one) =>
        line({
          file: '/var/run/cilium/hubble/events.log',
          host: 'node-1',
          message: line(one),
          source_type: 'file',
          timestamp: '2026-03-01T10:00:00.000Z',
        }),
      type: 'application/x-ndjson',
    },
  };
  const form = codecs[codec] ?? assert.fail(`no codec of Vector: ${codec}`);
  assert.deepEqual(
    [sink.framing.method, sink.compression, sink.auth.strategy],
    ['newline_delimited', 'gzip', 'bearer'],
  );
  return {
    method: sink.method.toUpperCase(),
    path: uri.pathname + uri.search,
    headers: {
      Host: uri.host,
      'User-Agent': 'Vector/0.50.0',
      'Content-Type': form.type,
      'Content-Encoding': 'gzip',
      'Accept-Encoding': 'identity',
      Authorization: `Bearer ${sink.auth.token.replace('${CPA_TOKEN}', token)}`,
    },
    body: gzipSync(given.map((one) => `${form.encode(one)}\n`).join('')),
  };
}

test('Vector: the codec of the file, and a batch that is sent again', async () => {
  await twice(vectorChunk(vector().encoding.codec, flows(30)), 30);
  assert.equal(vector().acknowledgements.enabled, true);
  await forgetFlows();
  await twice(vectorChunk('json', flows(5)), 5);
});

test('Vector: its health check is answered with exactly 200', async () => {
  const check = vectorChunk('text', []);
  delete check.headers['Content-Encoding'];
  const answer = await post({ ...check, method: 'HEAD', body: Buffer.alloc(0) });
  assert.equal(answer.status, 200);
});

test('Vector: snappy is refused with what to change', async () => {
  const chunk = vectorChunk('text', flows(1));
  chunk.headers['Content-Encoding'] = 'snappy';
  const answer = await post(chunk);
  assert.equal(answer.status, 415);
  assert.match(answer.text, /gzip/);
});

// --- OpenTelemetry ---------------------------------------------------------------------------------

type Otel = {
  exporters: {
    otlphttp: {
      logs_endpoint: string;
      encoding: string;
      compression: string;
      headers: Record<string, string>;
      retry_on_failure: { max_elapsed_time: number };
    };
  };
};

test('OpenTelemetry: OTLP as JSON, with an answer that its exporter reads', async () => {
  const exporter = (parse(read('otel-collector.yaml')) as Otel).exporters.otlphttp;
  const address = new URL(exporter.logs_endpoint);
  const record = (one: unknown) => ({
    observedTimeUnixNano: '1772359200000000000',
    body: { stringValue: line(one) },
    attributes: [{ key: 'log.file.name', value: { stringValue: 'events.log' } }],
    traceId: '',
    spanId: '',
  });
  const sent: Sent = {
    method: 'POST',
    path: address.pathname + address.search,
    headers: {
      Host: address.host,
      'User-Agent': 'OpenTelemetry Collector Contrib/0.130.0 (linux/amd64)',
      'Content-Type': 'application/json',
      'Content-Encoding': exporter.compression,
      Authorization: exporter.headers['Authorization']!.replace('${env:CPA_TOKEN}', token),
    },
    body: gzipSync(
      line({
        resourceLogs: [
          { resource: {}, scopeLogs: [{ scope: {}, logRecords: flows(20).map(record) }] },
          { resource: {}, scopeLogs: [{ scope: {}, logRecords: flows(3).map(record) }] },
        ],
      }),
    ),
  };
  assert.equal(exporter.encoding, 'json');
  assert.equal(exporter.retry_on_failure.max_elapsed_time, 0);
  await twice(sent, 23);
  const answer = await post(sent);
  assert.match(answer.type, /^application\/json/);
  assert.ok(!('partialSuccess' in (JSON.parse(answer.text) as object)));
});

// --- The exporter's files, and cpa push --------------------------------------------------------------

type Values = { hubble: { export: { static: { fieldMask: string[]; filePath: string } } } };
const exporter = () => (parse(read('hubble-exporter.values.yaml')) as Values).hubble.export.static;

test('with the field mask of the Helm values the policies are the same as with all fields', () => {
  const mask = new Set(exporter().fieldMask);
  assert.ok(mask.has('uuid') && ![...mask].some((path) => path.includes('.')));
  const cases = readdirSync(new URL('tests/golden', top), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readFileSync(new URL(`tests/golden/${entry.name}/flows.jsonl`, top), 'utf8').split('\n'),
    );
  const kept: string[] = [];
  const whole: string[] = [];
  for (const text of cases) {
    const record = tryParse(text);
    if (!record || typeof record['flow'] !== 'object' || 'traffic_direction' in record) {
      continue;
    }
    const flow = record['flow'] as Record<string, unknown>;
    const masked = Object.fromEntries(Object.entries(flow).filter(([name]) => mask.has(name)));
    whole.push(line({ ...record, flow }));
    kept.push(line({ ...record, flow: masked }));
  }
  assert.ok(whole.length > 200 && whole.join() !== kept.join());
  const generated = [whole, kept].map((records, i) => {
    const path = join(folder, `mask-${i}.jsonl`);
    writeFileSync(path, records.join('\n'));
    return execFileSync(program, ['generate', '--quiet', '--l7', '--include-denied', path], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  });
  assert.match(generated[0]!, /kind: CiliumNetworkPolicy/);
  assert.equal(generated[1], generated[0]);
});

function tryParse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

test('every shipper reads the file that the exporter writes', () => {
  for (const name of ['fluent-bit.yaml', 'vector.yaml', 'otel-collector.yaml', 'cpa-push.daemonset.yaml']) {
    assert.ok(read(name).includes(exporter().filePath), name);
  }
});

/** The shell command of a unit or a container. */
function command(name: string): string {
  if (name.endsWith('.service')) {
    return /^ExecStart=\/bin\/bash -c '(.*)'$/m.exec(read(name))?.[1] ?? assert.fail('no ExecStart');
  }
  type DaemonSet = { spec: { template: { spec: { containers: { command: string[] }[] } } } };
  const [shell, c, text] = (parse(read(name)) as DaemonSet).spec.template.spec.containers[0]!.command;
  assert.deepEqual([shell, c], ['bash', '-c']);
  return text!;
}

test('the commands of the unit and the DaemonSet ship, and end on SIGTERM with everything sent', async () => {
  const path = join(folder, 'events.log');
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${token}\n`);
  writeFileSync(path, lines(...flows(12)));
  for (const name of ['cpa-push.service', 'cpa-push.daemonset.yaml']) {
    await forgetFlows();
    const text = command(name)
      .replace('exec cpa push', `exec ${program} push`)
      .replace(/https:\/\/cpa\.example\.org:8081/, proxy.url)
      .replace(/--token-file \S+/, `--token-file ${tokenFile}`)
      .replace(/<\(exec hubble observe .*\)/, `<(exec tail -n +1 -F ${path})`)
      .replace(exporter().filePath, path);
    const run = spawn('bash', ['-c', text], { env: { ...process.env, NODE: 'node-1' }, detached: true });
    let said = '';
    run.stderr.on('data', (bytes) => (said += bytes));
    const ended = new Promise((resolve) => run.on('exit', resolve));
    for (let i = 0; i < 100 && stored()[0] !== 12; i += 1) {
      await sleep(100);
    }
    run.kill('SIGTERM');
    assert.equal(await ended, 0, said);
    process.kill(-run.pid!, 'SIGKILL'); // tail, as systemd and Kubernetes do
    assert.match(said, /ending: what was read is sent first/);
    assert.deepEqual(stored(), [12, 12], name);
  }
});
