/** A key press as the dashboard takes it; what a terminal sends for it is known where keys are read. */

/** A key press: a name for keys that have one, else what was typed or pasted. */
export interface Key {
  readonly name:
    | 'text'
    | 'paste'
    | 'up'
    | 'down'
    | 'left'
    | 'right'
    | 'page-up'
    | 'page-down'
    | 'home'
    | 'end'
    | 'enter'
    | 'escape'
    | 'backspace'
    | 'tab'
    | 'ctrl-c'
    | 'ctrl-u'
    | 'ctrl-z';
  readonly text: string;
}
