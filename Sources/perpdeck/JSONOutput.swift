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
}
