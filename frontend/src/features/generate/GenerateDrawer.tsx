import { Button, Drawer, Skeleton, Tabs } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import {
  IconAlertTriangle,
  IconDeviceFloppy,
  IconDownload,
  IconMoodEmpty,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ApiError } from '@/api/problem';
import { generate, preview } from '@/api/queries/analysis';
import { facets } from '@/api/queries/flows';
import type { Generation, RuleEvidence } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { downloadText } from '@/shared/lib/download';
import { plural } from '@/shared/lib/format';
import { nameProblem } from '@/shared/lib/names';
import { fullName } from '@/shared/policies/labels';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState, InlineError } from '@/shared/ui/ErrorState';
import { CodeEditor, type CodeEditorHandle } from '@/shared/yaml/CodeEditor';
import { lineOfPath } from '@/shared/yaml/lineOfPath';
import classes from './generate.module.css';
import { Insights } from './Insights';
import { MergePreview } from './MergePreview';
import { OptionsForm } from './OptionsForm';
import { DEFAULTS, type Form, requestOf, subjectValue } from './options';
import type { GenerateSource, Subject } from './source';
import { mergedInto, type TakenPolicy, takenPolicies } from './taken';

interface Props {
  source: GenerateSource;
  onClose: () => void;
}

const TYPING_MS = 300;

/** From a selection of traffic to policies: options, a preview that follows them, and Save. */
export default function GenerateDrawer({ source, onClose }: Props) {
  useFocusBack();
  const [form, setForm] = useState<Form>(() => ({
    ...DEFAULTS,
    subject: source.subject ? subjectValue(source.subject) : '',
  }));
  const [settled] = useDebouncedValue(form, TYPING_MS);
  const [shown, setShown] = useState(0);
  // Stored policies that get the rules as new versions, instead of policies of the same name.
  const [merging, setMerging] = useState<TakenPolicy[]>([]);
  const existing = merging.map((item) => item.policy_id);
  const result = useQuery(preview(requestOf(source, settled, existing)));
  const subjects = useSubjects(source);
  const save = useSave(onClose);

  const generation = result.data;
  const updating = result.isFetching || settled !== form;
  const current = Math.min(shown, Math.max((generation?.policies.length ?? 1) - 1, 0));
  const conflict =
    save.error instanceof ApiError && save.error.status === 409 ? save.error : undefined;
  const canSave =
    (generation?.policies.length ?? 0) > 0 && !updating && !(form.name && nameProblem(form.name));

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="100%"
      title={<span className={classes.heading}>Generate policy</span>}
      classNames={{ content: classes.drawer, body: classes.body, header: classes.header }}
    >
      <div className={classes.columns}>
        <section className={classes.options} aria-label="Options">
          <p className={classes.source}>From {source.label}</p>
          <OptionsForm
            form={form}
            onChange={(next) => {
              setForm(next);
              if (next.name !== form.name || next.kind !== form.kind) setMerging([]);
              save.reset();
            }}
            subjects={subjects}
            suggestedName={generation?.policies[0]?.policy_name}
            severalPolicies={(generation?.policies.length ?? 0) > 1}
            nameError={conflict && 'This name is taken: choose another, or merge.'}
          />
        </section>
        <section className={classes.preview} aria-label="Preview" aria-busy={updating}>
          {result.isError ? (
            <ErrorState error={result.error} onRetry={() => void result.refetch()} />
          ) : generation ? (
            <Preview generation={generation} merging={merging} shown={current} onShown={setShown} />
          ) : (
            <div className={classes.skeleton}>
              <Skeleton height={24} width="40%" />
              <Skeleton height={320} />
            </div>
          )}
        </section>
      </div>
      {conflict && (
        <Taken
          taken={takenPolicies(conflict)}
          onMerge={(taken) => {
            setMerging([...merging, ...taken]);
            save.reset();
          }}
        />
      )}
      <footer className={classes.footer}>
        <span className={classes.status} role="status">
          {updating ? 'Updating the preview…' : generation && summary(generation)}
        </span>
        {save.error && !conflict ? <InlineError error={save.error} /> : null}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          disabled={!canSave}
          onClick={() => generation && download(generation)}
        >
          Download
        </Button>
        <Button
          leftSection={<IconDeviceFloppy size={16} />}
          disabled={!canSave}
          loading={save.isPending}
          onClick={() => save.mutate(requestOf(source, form, existing))}
        >
          {merging.length > 0
            ? 'Merge and save'
            : generation && generation.policies.length > 1
              ? `Save ${generation.policies.length} policies`
              : 'Save policy'}
        </Button>
      </footer>
    </Drawer>
  );
}

interface TakenProps {
  taken: TakenPolicy[];
  onMerge: (taken: TakenPolicy[]) => void;
}

/** Nothing was stored, since the names are taken: the stored policies may take the rules instead. */
function Taken({ taken, onMerge }: TakenProps) {
  return (
    <div className={classes.taken} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        {taken.length === 1 ? 'A policy of this name is stored: ' : 'These names are taken: '}
        {taken.map((item, index) => (
          <span key={item.policy_id}>
            {index > 0 && ', '}
            <Link to={`/policies/${item.policy_id}`} target="_blank">
              {fullName(item)}
            </Link>
          </span>
        ))}
        . Nothing was saved. Merging adds the rules they lack, as new versions; you see the changes
        first.
      </div>
      <Button size="compact-md" onClick={() => onMerge(taken)}>
        {taken.length === 1 ? 'Merge into it' : 'Merge into these'}
      </Button>
    </div>
  );
}

const summary = ({ policies, warnings }: Generation) =>
  policies.length === 0
    ? 'No policy from this selection'
    : `${plural(policies.length, 'policy', 'policies')}, ${plural(warnings.length, 'warning')}`;

function download({ policies, yaml_content }: Generation) {
  const [first] = policies;
  downloadText(
    policies.length === 1 && first ? `${first.policy_name}.yaml` : 'policies.yaml',
    yaml_content,
  );
}

/** Workloads that the policies can be restricted to. */
function useSubjects(source: GenerateSource): Subject[] {
  const { data } = useQuery({
    ...facets(source.filter ?? {}),
    enabled: source.subjects === undefined && source.flowIds === undefined,
  });
  const found =
    source.subjects ??
    (data?.workloads ?? []).map(({ value }) => {
      const slash = value.indexOf('/');
      return { namespace: value.slice(0, Math.max(slash, 0)), workload: value.slice(slash + 1) };
    });
  const { subject } = source;
  if (!subject?.workload || found.some((item) => subjectValue(item) === subjectValue(subject)))
    return found;
  return [subject, ...found];
}

function useSave(onClose: () => void) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: generate,
    onSuccess: async ({ policies, policy }) => {
      await queryClient.invalidateQueries();
      notifications.show({
        color: 'teal',
        title: policies.length > 1 ? `${policies.length} policies saved` : 'Policy saved',
        message: policies
          .map((item) => item.policy_name)
          .slice(0, 5)
          .join(', '),
      });
      onClose();
      navigate(policy?.policy_id ? `/policies/${policy.policy_id}` : '/policies');
    },
  });
}

interface PreviewProps {
  generation: Generation;
  merging: TakenPolicy[];
  shown: number;
  onShown: (index: number) => void;
}

function Preview({ generation, merging, shown, onShown }: PreviewProps) {
  const editor = useRef<CodeEditorHandle>(null);
  const { policies } = generation;
  const policy = policies[shown];
  if (!policy) {
    return (
      <div className={classes.nothing}>
        <EmptyState
          icon={<IconMoodEmpty size={22} />}
          title="No policy comes out of this selection"
        >
          {generation.empty_reason ||
            'Nothing in it can become a rule. What was left out, and why, is listed beside.'}
        </EmptyState>
        <Insights generation={generation} shown={shown} onShowRule={() => {}} />
      </div>
    );
  }
  const showRule = (rule: RuleEvidence) => {
    const line = lineOfPath(policy.yaml_content, ['spec', rule.section, rule.element]);
    if (line !== undefined) editor.current?.goTo(line, 1);
  };
  const into = mergedInto(policy, merging);
  const yaml = (
    <CodeEditor
      ref={editor}
      readOnly
      value={policy.yaml_content}
      label={`YAML of ${policy.policy_name}`}
    />
  );
  return (
    <div className={classes.previewGrid} data-single={policies.length === 1 || undefined}>
      {policies.length > 1 && (
        <Tabs
          orientation="vertical"
          value={String(shown)}
          onChange={(value) => onShown(Number(value))}
          className={classes.policies}
        >
          <Tabs.List aria-label="Policies">
            {policies.map((item, index) => (
              <Tabs.Tab key={`${item.namespace}/${item.policy_name}`} value={String(index)}>
                <span className={classes.policyName}>{item.policy_name}</span>
                <span className={classes.dimmed}>
                  {item.namespace ? `namespace ${item.namespace}` : 'clusterwide'}
                </span>
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      )}
      <div className={classes.yaml}>
        {into ? (
          <MergePreview key={into.policy_id} policy={policy} into={into}>
            {yaml}
          </MergePreview>
        ) : (
          yaml
        )}
      </div>
      <Insights generation={generation} shown={shown} onShowRule={showRule} />
    </div>
  );
}
