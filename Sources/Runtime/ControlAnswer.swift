import JSONText

/// What a second terminal reads out of the answers of a running program.
nonisolated public enum ControlAnswer {
  /// Whether the answer to a preview in JSON says that the line asks nothing before it is done.
  ///
  /// False for every answer that does not say so in as many words, such as one of another version:
  /// then a person is asked.
  public static func asksNothing(_ answer: String) -> Bool { flag("asks", in: answer) == false }

  /// Whether an answer in JSON says that all went well.
  ///
  /// False for every answer that does not say so in as many words: then the command fails.
  public static func isGood(_ answer: String) -> Bool { flag("ok", in: answer) == true }

  /// Returns what an answer in JSON says of a yes or no; nil where it does not say it, or is none.
  private static func flag(_ name: StaticString, in answer: String) -> Bool? {
    var flag: Bool?
    do throws(JSONProblem) {
      try JSONScanner.read(Array(answer.utf8)) { (json) throws(JSONProblem) in
        try json.beginObject()
        while let key = try json.nextKey() {
          switch key {
          case name: flag = try json.boolean()
          default: try json.skip()
          }
        }
        try json.finish()
      }
    } catch {
      return nil
    }
    return flag
  }
}
