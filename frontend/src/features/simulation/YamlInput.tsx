import { useMemo } from 'react';
import { CodeEditor } from '@/shared/yaml/CodeEditor';
import { checkYaml } from '@/shared/yaml/schemaService';
import classes from './simulation.module.css';

interface Props {
  value: string;
  onChange: (value: string) => void;
}

export default function YamlInput({ value, onChange }: Props) {
  const findings = useMemo(() => checkYaml(value), [value]);
  return (
    <div className={classes.yaml}>
      <CodeEditor value={value} onChange={onChange} findings={findings} label="YAML to simulate" />
    </div>
  );
}
