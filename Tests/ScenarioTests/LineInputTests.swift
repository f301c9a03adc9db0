import EventLoop
import Glibc
import Testing

@testable import Runtime

/// Lines that a program or a person writes to a run without a screen.
@MainActor @Suite struct LineInputTests {
  /// Reads a file to its end and returns the lines.
  private func lines(of file: Int32) async -> [String] {
    let loop = DispatchLoop()
    var lines: [String] = []
    await withCheckedContinuation { continuation in
      LineInput.read(
        file, loop: loop, take: { lines.append($0) }, end: { continuation.resume() })
    }
    return lines
  }

  @Test func `P03 the end of an input without a line is noticed`() async {
    let file = open("/dev/null", O_RDONLY)
    defer { close(file) }
    #expect(await lines(of: file) == [])
  }

  @Test func `P03 what a pipe holds is taken after its writer has gone, then the end`() async {
    for isWaiting in [true, false] {
      var ends: [Int32] = [0, 0]
      #expect(pipe(&ends) == 0)
      if !isWaiting { #expect(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) }
      let long = String(repeating: "x", count: LineInput.longest + 1)
      let text = "status\n\(long)\n\(long)\(long)\n" + "help\n\nclose BT"
      let bytes = Array(text.utf8)
      #expect(write(ends[1], bytes, bytes.count) == bytes.count)
      close(ends[1])
      defer { close(ends[0]) }
      #expect(await lines(of: ends[0]) == ["status", "help", ""])
    }
  }

  @Test func `a line is the same in whatever pieces it comes`() {
    let exact = String(repeating: "y", count: LineInput.longest)
    let bytes = Array("halt\n\(exact)\n\(exact)y\nbuy btc\n".utf8)
    for size in [1, 7, 4_095, 4_096, 4_097, bytes.count] {
      var splitter = LineSplitter()
      var lines: [String] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        lines += splitter.take(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(lines == ["halt", exact, "buy btc"])
    }
  }
}
