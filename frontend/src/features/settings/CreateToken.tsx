import {
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { createToken } from '@/api/queries/settings';
import type { NewToken, Scope, TokenRequest } from '@/api/types';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { hasRole, useSession } from '@/shared/session/useSession';
import { InlineError } from '@/shared/ui/ErrorState';
import classes from './settings.module.css';
import { KINDS, limitProblem, SCOPES } from './tokens';

interface Props {
  onMade: (token: NewToken) => void;
  onClose: () => void;
}

type Kind = NonNullable<TokenRequest['kind']>;

const DEFAULT_DAYS = 90;
const DAYS = [7, 30, DEFAULT_DAYS, 180, 366];
const LONGEST_NAME = 100;

export default function CreateToken({ onMade, onClose }: Props) {
  useFocusBack();
  const role = useSession()?.role ?? 'viewer';
  const kinds = KINDS.filter((item) => hasRole(role, item.needs));
  const [kind, setKind] = useState<Kind>(kinds[0]?.value ?? 'user');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Scope[]>(['flows:read', 'policies:read']);
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [limits, setLimits] = useState<string[]>([]);
  const kindId = useId();
  const queryClient = useQueryClient();
  const scopes: Scope[] = kind === 'ingest' ? ['flows:write'] : chosen;
  const wrongLimit = limitProblem(limits);
  const ready = name.trim() !== '' && scopes.length > 0 && !wrongLimit;

  const create = useMutation({
    mutationFn: () =>
      createToken({
        name: name.trim(),
        kind,
        scopes,
        expires_in_days: days,
        ...(limits.length > 0 && { limits }),
      }),
    onSuccess: async (made) => {
      onMade(made);
      await queryClient.invalidateQueries({ queryKey: ['tokens'] });
    },
  });

  return (
    <Modal opened onClose={onClose} title="New API token" size={560}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) create.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            required
            label="Name"
            description="Where it is used: the audit and the list call it so."
            placeholder="Shipper of cluster north"
            maxLength={LONGEST_NAME}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <div>
            <Text fz="sm" fw={500} mb={4} id={kindId}>
              For
            </Text>
            <SegmentedControl
              fullWidth
              aria-labelledby={kindId}
              value={kind}
              onChange={(value) => setKind(value as Kind)}
              data={kinds.map(({ value, label }) => ({ value, label }))}
            />
            <p className={classes.hint}>{KINDS.find((item) => item.value === kind)?.hint}</p>
          </div>
          {kind !== 'ingest' && (
            <Checkbox.Group
              label="It may"
              value={chosen}
              onChange={(value) => setChosen(value as Scope[])}
              error={chosen.length === 0 && 'Choose at least one.'}
            >
              <div className={classes.choices}>
                {SCOPES.filter((item) => hasRole(role, item.needs)).map(({ value, label }) => (
                  <Checkbox
                    key={value}
                    size="xs"
                    value={value}
                    label={
                      <>
                        {label} <code className={classes.dimmed}>{value}</code>
                      </>
                    }
                  />
                ))}
              </div>
            </Checkbox.Group>
          )}
          <NativeSelect
            label="Expires"
            value={String(days)}
            onChange={(event) => setDays(Number(event.currentTarget.value))}
            data={DAYS.map((value) => ({ value: String(value), label: `in ${value} days` }))}
          />
          <TagsInput
            label="Only these clusters and namespaces"
            description="CLUSTER/NAMESPACE, with * for any. Left empty: all that you may see."
            placeholder={limits.length === 0 ? '*/shop' : ''}
            value={limits}
            onChange={setLimits}
            error={wrongLimit}
          />
          {create.error ? <InlineError error={create.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!ready} loading={create.isPending}>
              Make token
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
