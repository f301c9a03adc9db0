import JSONText

/// One JSON object on standard output.
enum JSONOutput {
  /// Returns the object whose members `body` states.
  static func text(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    body(&writer)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Writes the object whose members `body` states.
  static func object(_ body: (inout JSONWriter) -> Void) { StandardOutput.write(text(body)) }

  /// Writes a failure where JSON is wanted: `ok` is false and `error` says why.
  static func write(_ failure: ProgramFailure) {
    object { writer in
      writer.member("ok", false)
      writer.member("error", failure.description)
    }
  }
}
