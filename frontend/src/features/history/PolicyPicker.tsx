import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { policyChoices, policy as policyQuery } from '@/api/queries/policies';
import { fullName } from '@/shared/policies/labels';

interface Props {
  value: string | undefined;
  onChange: (policyId: string | null) => void;
}

/** Finds a policy by name, also among the deleted ones. */
export function PolicyPicker({ value, onChange }: Props) {
  const [text, setText] = useState('');
  const { data: chosen } = useQuery({ ...policyQuery(value ?? ''), enabled: value !== undefined });
  const chosenName = chosen ? fullName(chosen.policy) : '';
  // The text of the chosen policy is no search.
  const [q] = useDebouncedValue(text === chosenName ? '' : (text.split('/').at(-1) ?? ''), 250);
  const { data: present } = useQuery(policyChoices(q));
  const { data: deleted } = useQuery(policyChoices(q, true));

  const options = (items: typeof present) =>
    (items?.items ?? []).map((policy) => ({ value: policy.policy_id, label: fullName(policy) }));
  const groups = [
    { group: 'Policies', items: options(present) },
    { group: 'Deleted', items: options(deleted) },
  ];
  const listed = groups.some((group) => group.items.some((item) => item.value === value));
  if (value && chosen && !listed) {
    groups.unshift({ group: 'Chosen', items: [{ value, label: chosenName }] });
  }
  return (
    <Select
      w={320}
      searchable
      aria-label="Policy"
      placeholder="Choose a policy"
      nothingFoundMessage="No policy has this in its name"
      data={groups.filter((group) => group.items.length > 0)}
      value={value ?? null}
      onChange={onChange}
      searchValue={text}
      onSearchChange={setText}
      maxDropdownHeight={340}
    />
  );
}
