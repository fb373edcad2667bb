import { Anchor, Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { createPolicy } from '@/api/queries/policies';
import { Permitted } from '@/shared/session/Permitted';
import { ReadOnly } from '@/shared/session/ReadOnly';
import { InlineError } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { CodeEditor, type CodeEditorHandle } from '@/shared/yaml/CodeEditor';
import classes from './editor.module.css';
import { LeaveGuard } from './LeaveGuard';
import { ProblemsPanel } from './ProblemsPanel';
import { useFindings } from './useFindings';
import { useSaveShortcut } from './useSaveShortcut';

const START = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: my-policy
  namespace: default
spec:
  endpointSelector:
    matchLabels:
      app: my-app
  ingress:
    - fromEndpoints:
        - matchLabels:
            app: my-client
      toPorts:
        - ports:
            - port: "8080"
              protocol: TCP
`;

export function Component() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [text, setText] = useState(START);
  const [summary, setSummary] = useState('');
  const editor = useRef<CodeEditorHandle>(null);
  const leaving = useRef(false);
  const { findings, checked, checking, failure } = useFindings(text);
  const create = useMutation({
    mutationFn: () => createPolicy(text, summary.trim()),
    onSuccess: async (policy) => {
      leaving.current = true;
      notifications.show({ color: 'teal', title: 'Policy created', message: policy.policy_name });
      navigate(`/policies/${policy.policy_id}`);
      await queryClient.invalidateQueries();
    },
  });
  useSaveShortcut(() => create.mutate());

  return (
    <div className={classes.page}>
      <LeaveGuard when={text !== START} ignore={leaving} />
      <PageHeader
        title="New policy"
        breadcrumb={
          <Anchor component={Link} to="/policies" fz="sm">
            Policies
          </Anchor>
        }
        description="Write one, or paste one from your cluster. Its name is metadata.name."
        actions={
          <Permitted
            needs="editor"
            otherwise={<ReadOnly what="Creating policies" needs="editor" />}
          >
            <TextInput
              placeholder="Where it comes from"
              aria-label="Change summary"
              maxLength={1000}
              w={240}
              value={summary}
              onChange={(event) => setSummary(event.currentTarget.value)}
            />
            <Button
              leftSection={<IconDeviceFloppy size={16} />}
              loading={create.isPending}
              onClick={() => create.mutate()}
            >
              Create policy
            </Button>
          </Permitted>
        }
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          <div className={classes.editor}>
            <CodeEditor
              ref={editor}
              value={text}
              onChange={setText}
              findings={findings}
              label="YAML of the new policy"
              describedBy="editor-help"
            />
          </div>
          <p id="editor-help" className={classes.help}>
            Tab indents; press Escape, then Tab to leave the editor. Ctrl+Space completes, Ctrl+S
            saves.
          </p>
        </div>
        <aside className={classes.side} aria-label="Problems">
          {create.error ? <InlineError error={create.error} /> : null}
          <ProblemsPanel
            findings={findings}
            checked={checked}
            checking={checking}
            failure={failure}
            onGoTo={(finding) => editor.current?.goTo(finding.line, finding.column)}
          />
        </aside>
      </div>
    </div>
  );
}
