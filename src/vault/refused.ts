// PURE. A vault refuses a whole call: the code goes to the caller, nothing else does. Any other error is `internal`.

export class Refused<Code extends string = string> extends Error {
  readonly code: Code;
  constructor(code: Code) {
    super(code);
    this.name = 'Refused';
    this.code = code;
  }
}
