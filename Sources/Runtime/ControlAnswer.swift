import JSONText

/// What a second terminal reads out of the answers of a running program.
nonisolated public enum ControlAnswer {
  /// Whether the answer to a preview in JSON says that the line asks nothing before it is done.
  ///
  /// False for every answer that does not say so in as many words, such as one of another version:
  /// then a person is asked.
  public static func asksNothing(_ answer: String) -> Bool {
    var asks: Bool?
    do throws(JSONProblem) {
      try JSONScanner.read(Array(answer.utf8)) { (json) throws(JSONProblem) in
        try json.beginObject()
        while let key = try json.nextKey() {
          switch key {
          case "asks": asks = try json.boolean()
          default: try json.skip()
          }
        }
        try json.finish()
      }
    } catch {
      return false
    }
    return asks == false
  }
}
