import Foundation
import Logging
import Runtime
import Testing
import Units

/// The program's own log: what is in it, when a new file begins, and what cannot stop it.
struct LogFileTests {
  private static let morning = Timestamp(milliseconds: 1_774_944_000_000)

  /// A folder for one test.
  private func folder() throws -> String {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("perpdeck-log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func log(
    _ folder: String, _ rotation: LogFile.Rotation = LogFile.Rotation()
  ) throws -> LogFile {
    try LogFile(path: folder + "/perpdeck.log", rotation: rotation)
  }

  @Test func `a new file begins by size, and as many old ones stay as are wanted`() throws {
    let folder = try folder()
    let file = try log(
      folder, LogFile.Rotation(maximumBytes: 20, isDaily: false, keptFiles: 2, keptDays: 30_000))
    for number in 1...9 { file.append("line \(number) of nine", at: Self.morning) }
    #expect(try text(folder + "/perpdeck.log") == "line 9 of nine\n")
    #expect(try text(folder + "/perpdeck.log.1") == "line 7 of nine\nline 8 of nine\n")
    #expect(try text(folder + "/perpdeck.log.2") == "line 5 of nine\nline 6 of nine\n")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "perpdeck.log", "perpdeck.log.1", "perpdeck.log.2",
      ])
  }

  @Test func `a new file begins each day, and files that are too old go away`() throws {
    let folder = try folder()
    let old = folder + "/perpdeck.log.2"
    try "of long ago\n".write(toFile: old, atomically: false, encoding: .utf8)
    let today = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -40 * 86_400)], ofItemAtPath: old)
    let file = try log(folder)
    file.append("today", at: today)
    file.append("still today", at: today)
    file.append("tomorrow", at: today + .days(1))
    #expect(try text(folder + "/perpdeck.log") == "tomorrow\n")
    #expect(try text(folder + "/perpdeck.log.1") == "today\nstill today\n")
    #expect(!FileManager.default.fileExists(atPath: folder + "/perpdeck.log.3"))
    #expect(!FileManager.default.fileExists(atPath: old))
  }

  @Test func `S04 a line passes the cleaner before it is written`() throws {
    let folder = try folder()
    let file = try log(folder)
    file.append("before CANARY", at: Self.morning)
    file.setCleaner { $0.replacingOccurrences(of: "CANARY", with: "<secret>") }
    file.append("after CANARY", at: Self.morning)
    #expect(try text(folder + "/perpdeck.log") == "before CANARY\nafter <secret>\n")
  }

  @Test func `P09 where no new file can be made the old ones stay and the lines go on`() throws {
    let folder = try folder()
    let file = try log(
      folder, LogFile.Rotation(maximumBytes: 10, isDaily: false, keptFiles: 2, keptDays: 30_000))
    for number in 1...3 { file.append("line \(number) of six", at: Self.morning) }
    // A folder in the place of the new file is a file that cannot be opened.
    let obstacle = folder + "/perpdeck.log.next"
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
    for number in 4...5 { file.append("line \(number) of six", at: Self.morning) }
    #expect(try text(folder + "/perpdeck.log.2") == "line 1 of six\n")
    #expect(try text(folder + "/perpdeck.log.1") == "line 2 of six\n")
    #expect(
      try text(folder + "/perpdeck.log") == "line 3 of six\nline 4 of six\nline 5 of six\n")
    try FileManager.default.removeItem(atPath: obstacle)
    file.append("line 6 of six", at: Self.morning)
    #expect(try text(folder + "/perpdeck.log") == "line 6 of six\n")
    #expect(try text(folder + "/perpdeck.log.2") == "line 2 of six\n")
  }

  @Test func `P09 a folder that is gone costs lines and stops nothing`() throws {
    let folder = try folder()
    let file = try log(
      folder, LogFile.Rotation(maximumBytes: 30, isDaily: false, keptFiles: 2, keptDays: 30_000))
    file.append("there", at: Self.morning)
    try FileManager.default.removeItem(atPath: folder)
    // The open file has no name any more; rotation finds no folder and goes on in it.
    for number in 1...20 { file.append("nowhere \(number)", at: Self.morning) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for number in 1...4 { file.append("there again \(number)", at: Self.morning) }
    #expect(try text(folder + "/perpdeck.log").hasSuffix("there again 4\n"))
  }

  @Test func `P09 lines that a full disk took are counted when there is room again`() throws {
    let folder = try folder()
    let file = try log(folder)
    // Every write to this device says that there is no room.
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    let kept = dup(file.descriptor)
    #expect(dup2(full, file.descriptor) == file.descriptor)
    file.append("lost", at: Self.morning)
    file.append("lost as well", at: Self.morning)
    #expect(dup2(kept, file.descriptor) == file.descriptor)
    close(full)
    close(kept)
    file.append("room again", at: Self.morning)
    #expect(
      try text(folder + "/perpdeck.log")
        == "room again\n2 log lines before this one could not be written\n")
  }

  @Test func `a line of JSON has time, level, part, sentence and values`() throws {
    let folder = try folder()
    let file = try log(folder)
    let logger = Logger(label: "exchange") {
      FileLogHandler(file: file, label: $0, format: .json, level: .info)
    }
    logger.debug("not written")
    logger.info("request", metadata: ["request.id": "7", "order.client_id": "p1\"\n"])
    let line = try text(folder + "/perpdeck.log")
    #expect(line.hasSuffix("\n"))
    let found = try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(
      found.filter { $0.key != "time" } == [
        "level": "info", "part": "exchange", "message": "request", "request.id": "7",
        "order.client_id": "p1\"\n",
      ])
    #expect(found["time"]?.hasPrefix("20") == true)
  }

  @Test func `a line for people stays one line`() throws {
    let folder = try folder()
    let file = try log(folder)
    Logger(label: "engine") { FileLogHandler(file: file, label: $0) }
      .warning("two\nlines", metadata: ["b": "2", "a": "1"])
    #expect(try text(folder + "/perpdeck.log").contains(" warning engine: two\\nlines a=1 b=2\n"))
  }
}
