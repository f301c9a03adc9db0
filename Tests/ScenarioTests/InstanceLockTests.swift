import Foundation
import Runtime
import Testing

/// Two copies of the program on one account.
@Suite struct InstanceLockTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("perpdeck-lock-\(UUID().uuidString)").path

  @Test func `R13 a second copy is refused while the first lives and may follow it`() throws {
    defer { unlink(path) }
    do {
      let first = try InstanceLock(path: path)
      let problem = #expect(throws: InstanceLockProblem.self) { _ = try InstanceLock(path: path) }
      #expect(problem == .held(path: path, holder: "\(getpid())"))
      withExtendedLifetime(first) {}
    }
    let second = try InstanceLock(path: path)
    withExtendedLifetime(second) {}
  }

  @Test func `R13 the lock of a killed copy is taken over, whatever its file says`() throws {
    defer { unlink(path) }
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    // Tells when it has the lock, and keeps it until it is killed.
    holder.arguments = ["--no-fork", path, "/bin/sh", "-c", "echo held; exec sleep 600"]
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
    try "4194304\n".write(toFile: path, atomically: false, encoding: .utf8)
    let problem = #expect(throws: InstanceLockProblem.self) { _ = try InstanceLock(path: path) }
    #expect(problem == .held(path: path, holder: "4194304"))
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    let lock = try InstanceLock(path: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(getpid())\n")
    withExtendedLifetime(lock) {}
  }
}
