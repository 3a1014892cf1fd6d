// What is shown when a page fails, or its file is gone because a newer build took its place.
import { Component, type ReactNode } from "react";

import { Button } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

interface State {
  hasFailed: boolean;
}

export class Rescue extends Component<{ children: ReactNode }, State> {
  override state: State = { hasFailed: false };

  static getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const t = useTexts(texts);
  return (
    <Note kind="important" title={t.failed} isTold>
      <Button kind="secondary" onPress={() => window.location.reload()}>{t.reload}</Button>
    </Note>
  );
}
