import CZlib
import Glibc

/// The bytes of a file, unpacked when they are gzip data.
enum FileContent {
  /// The largest content that is taken, unpacked: a bound against bombs, far above any recording.
  static let limit = 1 << 29

  /// Reads a file; `name` is what problems call it.
  static func read(_ path: String, named name: String) throws(RecordingProblem) -> [UInt8] {
    try plain(readBytes(path, name), named: name)
  }

  /// Returns bytes as they are, or what they hold when they are gzip data.
  static func plain(_ bytes: [UInt8], named name: String) throws(RecordingProblem) -> [UInt8] {
    guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
    return try unpack(bytes, name)
  }

  private static func readBytes(
    _ path: String, _ name: String
  ) throws(RecordingProblem) -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw .unreadable(file: name, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      guard bytes.count + count <= limit else { throw .tooLarge(file: name, limit: limit) }
      bytes.append(contentsOf: chunk[..<count])
      if count < chunk.count { break }
    }
    guard ferror(file) == 0 else {
      throw .unreadable(file: name, reason: String(cString: strerror(errno)))
    }
    return bytes
  }

  /// Unpacks gzip data of one or more members; every member's checksum is verified.
  private static func unpack(
    _ packed: [UInt8], _ name: String
  ) throws(RecordingProblem) -> [UInt8] {
    var input = packed
    var output: [UInt8] = []
    var start = 0
    repeat {
      let problem = input.withUnsafeMutableBufferPointer { buffer -> RecordingProblem? in
        guard let base = buffer.baseAddress else { return .damaged(file: name, reason: "empty") }
        return unpackMember(
          UnsafeMutableBufferPointer(start: base + start, count: buffer.count - start),
          consumed: &start, &output, name)
      }
      if let problem { throw problem }
    } while start < packed.count
    return output
  }

  /// Unpacks one member, adds what it held to `output` and counts its bytes into `consumed`.
  private static func unpackMember(
    _ input: UnsafeMutableBufferPointer<UInt8>, consumed: inout Int, _ output: inout [UInt8],
    _ name: String
  ) -> RecordingProblem? {
    var stream = z_stream()
    // 15 bits of window, plus 16: gzip framing only.
    let opened = inflateInit2_(
      &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK else { return .damaged(file: name, reason: "zlib error \(opened)") }
    defer { inflateEnd(&stream) }
    stream.next_in = input.baseAddress
    stream.avail_in = uInt(input.count)
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var state = Z_OK
    while state == Z_OK {
      let room = chunk.count
      state = chunk.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(room)
        return inflate(&stream, Z_NO_FLUSH)
      }
      output.append(contentsOf: chunk[..<(room - Int(stream.avail_out))])
      if output.count > limit { return .tooLarge(file: name, limit: limit) }
      // Without progress the data ends in the middle.
      if state == Z_BUF_ERROR || (state == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) {
        return .damaged(file: name, reason: "it ends too early")
      }
    }
    guard state == Z_STREAM_END else {
      let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(state)"
      return .damaged(file: name, reason: reason)
    }
    consumed += input.count - Int(stream.avail_in)
    return nil
  }
}
