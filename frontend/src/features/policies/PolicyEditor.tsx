import { Anchor, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconDeviceFloppy,
  IconDots,
  IconDownload,
  IconFlask,
  IconHistory,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { deletePolicy, downloadUrl } from '@/api/queries/policies';
import type { Policy } from '@/api/types';
import { downloadText } from '@/shared/lib/download';
import { KindTag } from '@/shared/policies/labels';
import { ReadOnly } from '@/shared/session/ReadOnly';
import { useMay } from '@/shared/session/useSession';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { PageHeader } from '@/shared/ui/PageHeader';
import { Tag } from '@/shared/ui/Tag';
import { Time } from '@/shared/ui/Time';
import { CodeEditor, type CodeEditorHandle } from '@/shared/yaml/CodeEditor';
import { DriftPanel } from './DriftPanel';
import { EvidencePanel } from './EvidencePanel';
import classes from './editor.module.css';
import { LeaveGuard } from './LeaveGuard';
import { ProblemsPanel } from './ProblemsPanel';
import { useFindings } from './useFindings';
import { useSaveShortcut } from './useSaveShortcut';

const SaveDialog = lazy(() => import('./SaveDialog'));

interface Props {
  policy: Policy;
  etag: string;
}

export function PolicyEditor({ policy, etag }: Props) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  // What is edited: the stored version it started from, and the text as it is now.
  const [base, setBase] = useState({ policy, etag });
  const [text, setText] = useState(policy.yaml_content);
  const [saving, setSaving] = useState(false);
  // Of a proposal that was taken over: what its change can be called.
  const [proposal, setProposal] = useState('');
  const [deleting, setDeleting] = useState(false);
  const editor = useRef<CodeEditorHandle>(null);
  const leaving = useRef(false);

  const current = base.policy;
  const mayEdit = useMay('editor');
  const changed = text !== current.yaml_content;
  const { findings, checked, checking, failure } = useFindings(text);
  useSaveShortcut(() => changed && setSaving(true));

  const remove = useMutation({
    mutationFn: () => deletePolicy(current.policy_id, base.etag),
    onSuccess: async () => {
      leaving.current = true;
      notifications.show({
        title: 'Policy deleted',
        message: `${current.policy_name} can be restored from its history.`,
      });
      navigate('/policies');
      await queryClient.invalidateQueries();
    },
  });

  const startFrom = (next: Policy, nextEtag: string) => {
    setBase({ policy: next, etag: nextEtag });
    setText(next.yaml_content);
    setProposal('');
    setSaving(false);
  };

  return (
    <div className={classes.page}>
      <LeaveGuard when={changed} ignore={leaving} />
      <PageHeader
        title={current.policy_name}
        breadcrumb={
          <Anchor component={Link} to="/policies" fz="sm">
            Policies
          </Anchor>
        }
        heading={
          <span className={classes.heading}>
            {current.policy_name}
            <KindTag kind={current.kind} />
            {changed && <Tag tone="warning">Not saved</Tag>}
            {current.deleted_at && <Tag tone="denied">Deleted</Tag>}
          </span>
        }
        description={
          <>
            {current.namespace ? `Namespace ${current.namespace}` : 'Clusterwide'}, version{' '}
            {current.version}, changed by {current.updated_by}{' '}
            <Time iso={current.updated_at} form="relative" />
          </>
        }
        actions={
          <>
            <Button
              variant="default"
              component={Link}
              to={`/history/${current.policy_id}`}
              leftSection={<IconHistory size={16} />}
            >
              History
            </Button>
            {changed ? (
              <Button
                variant="default"
                leftSection={<IconDownload size={16} />}
                onClick={() => downloadText(`${current.policy_name}.yaml`, text)}
              >
                Download
              </Button>
            ) : (
              <Button
                component="a"
                href={downloadUrl(current.policy_id)}
                download
                variant="default"
                leftSection={<IconDownload size={16} />}
              >
                Download
              </Button>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" px={8} aria-label="More actions">
                  <IconDots size={18} />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  component={Link}
                  to={`/simulation?policy=${encodeURIComponent(current.policy_id)}`}
                  leftSection={<IconFlask size={16} />}
                >
                  Simulate
                </Menu.Item>
                {mayEdit && (
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={16} />}
                    onClick={() => setDeleting(true)}
                  >
                    Delete…
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
            {mayEdit ? (
              <Button
                leftSection={<IconDeviceFloppy size={16} />}
                disabled={!changed}
                onClick={() => setSaving(true)}
              >
                Save
              </Button>
            ) : (
              <ReadOnly what="Changing policies" needs="editor" />
            )}
          </>
        }
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          <div className={classes.editor}>
            <CodeEditor
              ref={editor}
              value={text}
              onChange={setText}
              readOnly={!mayEdit}
              findings={findings}
              label={`YAML of ${current.policy_name}`}
              describedBy="editor-help"
            />
          </div>
          <p id="editor-help" className={classes.help}>
            {mayEdit
              ? 'Tab indents; press Escape, then Tab to leave the editor. Ctrl+Space completes, Ctrl+S saves, Ctrl+F finds.'
              : 'This text cannot be changed here. Ctrl+F finds.'}
          </p>
        </div>
        <aside className={classes.side} aria-label="About this policy">
          <ProblemsPanel
            findings={findings}
            checked={checked}
            checking={checking}
            failure={failure}
            onGoTo={(finding) => editor.current?.goTo(finding.line, finding.column)}
          />
          <DriftPanel
            policy={current}
            edited={changed}
            onPropose={(yaml, summary) => {
              setText(yaml);
              setProposal(summary);
            }}
          />
          <EvidencePanel policy={current} />
        </aside>
      </div>
      {saving && (
        <Suspense>
          <SaveDialog
            base={current}
            etag={base.etag}
            text={text}
            findings={findings}
            proposal={proposal}
            onSaved={startFrom}
            onTakeTheirs={startFrom}
            onClose={() => setSaving(false)}
          />
        </Suspense>
      )}
      <ConfirmDialog
        opened={deleting}
        title={`Delete ${current.policy_name}?`}
        confirm="Delete policy"
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setDeleting(false)}
      >
        Its versions stay in the history, from where it can be restored. Nothing changes in your
        cluster.
      </ConfirmDialog>
    </div>
  );
}
