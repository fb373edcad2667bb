import { Alert, Button, Group, Modal, Stack, Tabs, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import type { NewToken } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { formatDate } from '@/shared/lib/format';
import classes from './settings.module.css';
import { guessAutomationUrl, recipes } from './tokens';

interface Props {
  made: NewToken;
  onClose: () => void;
}

/** The only time that a token can be read, with the lines that use it. */
export default function TokenSecret({ made, onClose }: Props) {
  useFocusBack();
  const [url, setUrl] = useState(() => guessAutomationUrl(location));
  const lines = recipes(made, url);
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Token ${made.name}`}
      size={720}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
          Keep it now: it cannot be shown again. It expires on {formatDate(made.expires_at)}.
        </Alert>
        <CopyBlock label="Token" text={made.token} />
        <TextInput
          label="Address that the lines below use"
          description="Of the listener for tokens, which has a port of its own."
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Tabs defaultValue="0">
          <Tabs.List aria-label="Ways to use it">
            {lines.map(({ label }, index) => (
              <Tabs.Tab key={label} value={String(index)}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {lines.map(({ label, text }, index) => (
            <Tabs.Panel key={label} value={String(index)} pt="sm">
              <CopyBlock label={`Lines for ${label}`} text={text} />
            </Tabs.Panel>
          ))}
        </Tabs>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function CopyBlock({ label, text }: { label: string; text: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <section className={classes.code} aria-label={label}>
      <pre tabIndex={0}>{text}</pre>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => clipboard.copy(text)}
      >
        {clipboard.copied ? 'Copied' : 'Copy'}
      </Button>
    </section>
  );
}
