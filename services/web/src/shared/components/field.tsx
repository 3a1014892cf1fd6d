// Fields of forms, each with its label, what helps to fill it in, and what is wrong with it. The browser's own: what comes with
// the theme would weigh more than the forms.
import type { HTMLInputTypeAttribute, ReactNode } from "react";

import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

interface FieldProps {
  /** The id of the field, unique in its page. */
  id: string;
  label: string;
  hint?: string | undefined;
  /** What is wrong with what stands there. */
  fault?: string | undefined;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: HTMLInputTypeAttribute;
  autoComplete?: string;
  /** Which keys a telephone shows. */
  inputMode?: "decimal";
  /** How what stands there is understood, below it. Read out with the field, and not with every key. */
  reading?: string | undefined;
}

export function TextField({ value, onChange, type = "text", autoComplete, inputMode, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(described) => (
        <input
          {...described}
          className="input"
          type={type}
          value={value}
          autoComplete={autoComplete}
          inputMode={inputMode}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface TextAreaProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
}

export function TextArea({ value, onChange, ...field }: TextAreaProps) {
  return (
    <Field {...field}>
      {(described) => (
        <textarea
          {...described}
          className="input"
          rows={4}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly Option<string>[];
}

export interface Option<Value> {
  readonly value: Value;
  readonly label: string;
  /** Language of the label, where it is not that of the page. */
  readonly lang?: string;
}

export function Select({ value, onChange, options, ...field }: SelectProps) {
  return (
    <Field {...field}>
      {(described) => (
        <select {...described} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>{option.label}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface ChoiceProps<Value> {
  /** The first of its boxes has this id. */
  id: string;
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
  fault?: string | undefined;
}

/** One of few. */
export function Choice<Value extends string | number>({ id, label, value, onChange, options, fault }: ChoiceProps<Value>) {
  return (
    <fieldset className="field" aria-describedby={fault && faultOf(id)}>
      <legend className="label">{label}</legend>
      <Fault id={id} fault={fault} />
      {options.map((option, index) => (
        <label key={option.value} className="checkbox">
          <input
            {...(index === 0 && { id })}
            type="radio"
            name={id}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span lang={option.lang}>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface Described {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FieldFrameProps extends FieldProps {
  reading?: string | undefined;
  children: (described: Described) => ReactNode;
}

function Field({ id, label, hint, fault, reading, children }: FieldFrameProps) {
  const described = [hint && hintOf(id), fault && faultOf(id), reading && readingOf(id)].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className="label" htmlFor={id}>{label}</label>
      {hint && (
        <p id={hintOf(id)} className="small">
          {hint}
        </p>
      )}
      <Fault id={id} fault={fault} />
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": fault ? true : undefined })}
      {reading && (
        <p id={readingOf(id)} className="small reading">
          {reading}
        </p>
      )}
    </div>
  );
}

/** What is wrong about a field, where it stands. */
export function Fault({ id, fault }: { id: string; fault: string | undefined }) {
  const t = useTexts(texts);
  return fault ? (
    <p id={faultOf(id)} className="fault">
      <span className="only-read">{t.fault} </span>
      {fault}
    </p>
  ) : null;
}

const hintOf = (id: string) => `${id}-hint`;
const faultOf = (id: string) => `${id}-fault`;
const readingOf = (id: string) => `${id}-reading`;
