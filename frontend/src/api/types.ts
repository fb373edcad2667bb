import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type Session = paths['/api/session']['get']['responses'][200]['content']['application/json'];
export type Role = Session['role'];
export type Flow = Schemas['Flow'];
export type Connection = Schemas['Connection'];
export type End = Schemas['End'];
export type PeerClass = Schemas['PeerClass'];
export type Labels = Schemas['Labels'];
export type L7Fact = Schemas['L7Fact'];
export type FlowFilter = Schemas['Filter'];
export type Facets = Schemas['Facets'];
export type Facet = Schemas['Facet'];
export type Verdict = Schemas['Verdict'];
export type Protocol = Schemas['Protocol'];
export type Import = Schemas['Import'];
export type ImportCounts = Schemas['ImportCounts'];
export type ImportResult = Schemas['ImportResult'];
export type Policy = Schemas['Policy'];
export type PolicySummary = Schemas['PolicySummary'];
export type PolicyKind = Schemas['PolicyKind'];
export type PolicyProblem = Schemas['PolicyProblem'];
export type PolicyReference = Schemas['PolicyReference'];
export type PolicyChange = Schemas['PolicyChange'];
export type Version = Schemas['Version'];
export type VersionSummary = Schemas['VersionSummary'];
export type GenerateOptions = Schemas['GenerateOptions'];
export type GenerateRequest = Schemas['GenerateRequest'];
export type Generation = Schemas['Generation'];
export type GeneratedPolicy = Schemas['GeneratedPolicy'];
export type RuleEvidence = Schemas['RuleEvidence'];
export type SimulateRequest = Schemas['SimulateRequest'];
export type Simulation = Schemas['Simulation'];
export type SimulatedConnection = Schemas['SimulatedConnection'];
export type Decision = Schemas['Decision'];
export type UnusedRule = Schemas['UnusedRule'];
export type Drift = Schemas['Drift'];
export type Dashboard = Schemas['Dashboard'];
export type Token = Schemas['Token'];
export type NewToken = Schemas['NewToken'];
export type TokenRequest = Schemas['TokenRequest'];
export type Scope = Schemas['Scope'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditFilter = Omit<
  NonNullable<paths['/api/audit']['get']['parameters']['query']>,
  'limit' | 'cursor'
>;
export type Storage = NonNullable<
  paths['/api/storage']['get']['responses'][200]['content']['application/json']
>;
