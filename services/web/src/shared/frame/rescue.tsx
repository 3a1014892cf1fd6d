// What is shown when a page fails, or its file is gone because a newer build took its place.
import { Component, type ReactNode } from "react";

import { Button } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

interface Props {
  /** Where the tab is: a step to another page leaves the failure behind. */
  path: string;
  children: ReactNode;
}

interface State {
  path: string;
  hasFailed: boolean;
}

export class Rescue extends Component<Props, State> {
  override state: State = { path: this.props.path, hasFailed: false };

  static getDerivedStateFromProps({ path }: Props, state: State): State {
    return path === state.path ? state : { path, hasFailed: false };
  }

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const t = useTexts(texts);
  return (
    <Page title={t.failedTitle} shown={shows("frame", "failed")}>
      <Note kind="important" title={t.failed} isTold>
        <Button kind="secondary" onPress={() => window.location.reload()}>{t.reload}</Button>
      </Note>
    </Page>
  );
}
