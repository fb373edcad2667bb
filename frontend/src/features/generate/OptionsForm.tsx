import {
  Checkbox,
  Divider,
  NativeSelect,
  SegmentedControl,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useId } from 'react';
import { nameProblem } from '@/shared/lib/names';
import { DEFAULTS, type Form, subjectValue } from './options';
import { type Subject, workloadText } from './source';

interface Props {
  form: Form;
  onChange: (form: Form) => void;
  subjects: Subject[];
  suggestedName: string | undefined;
  severalPolicies: boolean;
  nameError: string | undefined;
}

export function OptionsForm(props: Props) {
  const { form, onChange, subjects, suggestedName, severalPolicies, nameError } = props;
  const set = <Key extends keyof Form>(key: Key, value: Form[Key]) =>
    onChange({ ...form, [key]: value });
  const directionId = useId();
  // The chosen one is among them even when the selection holds nothing of it.
  const chosen = form.subject.slice(0, Math.max(form.subject.indexOf('/'), 0));
  const namespaces = [...new Set([...subjects.map((subject) => subject.namespace), chosen])]
    .filter((name) => name !== '')
    .sort();
  const problem = form.name === '' ? undefined : nameProblem(form.name);

  return (
    <Stack gap="md">
      <TextInput
        label="Policy name"
        data-autofocus
        placeholder={suggestedName ?? 'Named after the workload'}
        description={
          severalPolicies
            ? 'Names the first policy and starts the names of the others.'
            : 'Left empty, the policy is named after its workload.'
        }
        error={problem ?? nameError}
        value={form.name}
        onChange={(event) => set('name', event.currentTarget.value.trim())}
      />
      <NativeSelect
        label="Policies for"
        value={form.subject}
        onChange={(event) => set('subject', event.currentTarget.value)}
      >
        <option value="">Every workload in the selection</option>
        {namespaces.length > 0 && (
          <optgroup label="A whole namespace">
            {namespaces.map((name) => (
              <option key={name} value={`${name}/`}>
                Namespace {name}
              </option>
            ))}
          </optgroup>
        )}
        {subjects.length > 0 && (
          <optgroup label="One workload">
            {subjects.map((subject) => (
              <option key={subjectValue(subject)} value={subjectValue(subject)}>
                {workloadText(subject)}
              </option>
            ))}
          </optgroup>
        )}
      </NativeSelect>
      <div>
        <Text fz="sm" fw={500} mb={4} id={directionId}>
          Direction
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby={directionId}
          value={form.direction}
          onChange={(value) => set('direction', value as Form['direction'])}
          data={[
            { value: 'both', label: 'Both' },
            { value: 'ingress', label: 'Ingress' },
            { value: 'egress', label: 'Egress' },
          ]}
        />
      </div>
      <NativeSelect
        label="Default deny"
        description={DEFAULT_DENY[form.defaultDeny]}
        inputWrapperOrder={['label', 'input', 'description']}
        value={form.defaultDeny}
        onChange={(event) => set('defaultDeny', event.currentTarget.value as Form['defaultDeny'])}
        data={[
          { value: 'automatic', label: 'Where there is evidence' },
          { value: 'staged', label: 'Not yet (staged)' },
          { value: 'both', label: 'Both directions' },
        ]}
      />
      <Divider />
      <Stack gap={10}>
        <Switch
          size="sm"
          label="HTTP and DNS rules"
          description="Only the methods, paths and names that were seen"
          checked={form.l7}
          onChange={(event) => set('l7', event.currentTarget.checked)}
        />
        <Switch
          size="sm"
          label="Names instead of addresses"
          description="toFQDNs with the DNS rule it needs"
          checked={form.fqdn}
          onChange={(event) => set('fqdn', event.currentTarget.checked)}
        />
        <Switch
          size="sm"
          label="Port ranges"
          description="Many high ports of one pair become a range"
          checked={form.portRanges}
          onChange={(event) => set('portRanges', event.currentTarget.checked)}
        />
      </Stack>
      <Divider />
      <Stack gap={10}>
        <Text fz="sm" fw={500}>
          What makes a rule
        </Text>
        <Checkbox
          size="xs"
          label="Traffic of audit mode"
          checked={form.includeAudited}
          onChange={(event) => set('includeAudited', event.currentTarget.checked)}
        />
        <Checkbox
          size="xs"
          label="Traffic dropped by default deny"
          checked={form.includeDenied}
          onChange={(event) => set('includeDenied', event.currentTarget.checked)}
        />
        <Checkbox
          size="xs"
          label="Connections whose direction is a guess"
          checked={form.includeGuesses}
          onChange={(event) => set('includeGuesses', event.currentTarget.checked)}
        />
        <NativeSelect
          size="xs"
          label="Seen at least"
          value={String(form.minimumEvents)}
          onChange={(event) => set('minimumEvents', Number(event.currentTarget.value))}
          data={[
            { value: '1', label: 'once' },
            { value: '2', label: '2 times' },
            { value: '5', label: '5 times' },
            { value: '20', label: '20 times' },
            { value: '100', label: '100 times' },
          ]}
        />
      </Stack>
      <Divider />
      <NativeSelect
        size="xs"
        label="Clients outside the cluster"
        value={form.outsideIngress}
        onChange={(event) =>
          set('outsideIngress', event.currentTarget.value as Form['outsideIngress'])
        }
        data={[
          { value: 'automatic', label: 'The world if several came, else the address' },
          { value: 'addresses', label: 'Always their addresses' },
          { value: 'world', label: 'The whole world' },
        ]}
      />
      <NativeSelect
        size="xs"
        label="Group IPv4 addresses"
        value={String(form.ipv4Prefix)}
        onChange={(event) => set('ipv4Prefix', Number(event.currentTarget.value))}
        data={[
          { value: '32', label: 'Not at all (/32)' },
          { value: '28', label: 'By /28' },
          { value: '24', label: 'By /24' },
          { value: '16', label: 'By /16' },
        ]}
      />
      <NativeSelect
        size="xs"
        label="Group IPv6 addresses"
        value={String(form.ipv6Prefix)}
        onChange={(event) => set('ipv6Prefix', Number(event.currentTarget.value))}
        data={[
          { value: '128', label: 'Not at all (/128)' },
          { value: '64', label: 'By /64' },
          { value: '48', label: 'By /48' },
        ]}
      />
      <TagsInput
        size="xs"
        label="Also select by these label keys"
        placeholder="tier"
        value={form.addLabels}
        onChange={(value) => set('addLabels', value)}
      />
      <TagsInput
        size="xs"
        label="Never select by these label keys"
        placeholder="version"
        value={form.neverLabels}
        onChange={(value) => set('neverLabels', value)}
      />
      <NativeSelect
        size="xs"
        label="Kind"
        value={form.kind}
        onChange={(event) => set('kind', event.currentTarget.value as Form['kind'])}
        data={[
          { value: 'cilium', label: 'CiliumNetworkPolicy' },
          { value: 'clusterwide', label: 'CiliumClusterwideNetworkPolicy' },
          { value: 'kubernetes', label: 'NetworkPolicy (Kubernetes)' },
        ]}
      />
      <button
        type="button"
        className="linklike"
        onClick={() => onChange({ ...DEFAULTS, name: form.name, subject: form.subject })}
      >
        Back to the defaults
      </button>
    </Stack>
  );
}

const DEFAULT_DENY = {
  automatic: 'A direction with rules denies all else; one without stays open.',
  staged: 'Rules are there but nothing is denied yet (enableDefaultDeny: false).',
  both: 'A direction without evidence denies everything.',
};
