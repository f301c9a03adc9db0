import Foundation
import Runtime
import TestSupport
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
    #expect(InstanceLock.holder(of: path) == getpid())
    withExtendedLifetime(second) {}
    #expect(InstanceLock.holder(of: path + ".none") == nil)
  }

  @Test func `R13 a lock that is given back is free, though a child that begins has it open`()
    throws
  {
    defer { unlink(path) }
    var child: Int32?
    do {
      let first = try InstanceLock(path: path)
      child = sharedDescriptor(of: path)
      withExtendedLifetime(first) {}
    }
    let open = try #require(child)
    let second = try InstanceLock(path: path)
    withExtendedLifetime(second) {}
    close(open)
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

/// Two programs with the same API key whose data are in different folders.
@Suite struct KeyLockTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("perpdeck-keys-\(UUID().uuidString)").path

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `A12 R13 a second program with the same key is refused wherever its data is`() throws {
    defer { rmdirAll() }
    let folders = KeyLock.folders(session: "\(folder)/run", home: "\(folder)/user")
    #expect(
      folders == ["\(folder)/run/perpdeck/locks", "\(folder)/user/.local/share/perpdeck/locks"])
    do {
      let first = try KeyLock("abc", in: folders)
      #expect(try folders.map { try mode($0) } == [0o700, 0o700])
      #expect(try folders.map { try mode("\($0)/abc.lock") } == [0o600, 0o600])
      // A service of the same user has no folder of a session.
      for seen in [folders, [folders[1]]] {
        let problem = #expect(throws: InstanceLockProblem.self) { _ = try KeyLock("abc", in: seen) }
        #expect(problem == .keyHeld(path: "\(seen[0])/abc.lock", holder: "\(getpid())"))
      }
      let other = try KeyLock("def", in: folders)
      withExtendedLifetime((first, other)) {}
    }
    _ = try KeyLock("abc", in: folders)
  }

  @Test func `A12 R13 a second program on the same account is refused whatever its key is`() throws
  {
    defer { rmdirAll() }
    let folders = KeyLock.folders(session: nil, home: folder)
    do {
      let keys = (try KeyLock("key-one", in: folders), try KeyLock("key-two", in: folders))
      let first = try KeyLock.ofAccount("account", in: folders)
      let problem = #expect(throws: InstanceLockProblem.self) {
        _ = try KeyLock.ofAccount("account", in: folders)
      }
      let path = "\(folders[0])/account.lock"
      #expect(problem == .accountHeld(path: path, holder: "\(getpid())"))
      #expect(
        problem?.description
          == "Another perpdeck (process \(getpid())) already trades this account "
          + "of the exchange with another API key (lock \(path)). Close it first: two programs on "
          + "one account undo each other's orders.")
      withExtendedLifetime((keys, first)) {}
    }
    _ = try KeyLock.ofAccount("account", in: folders)
  }

  @Test func `A12 a key that can be locked nowhere is not traded with`() throws {
    defer { rmdirAll() }
    #expect(KeyLock.folders(session: "run", home: nil) == [])
    let homeless = #expect(throws: InstanceLockProblem.self) { _ = try KeyLock("abc", in: []) }
    #expect(homeless == .homeless)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    try "".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
    let wrong = folder + "/file/locks"
    let problem = #expect(throws: InstanceLockProblem.self) { _ = try KeyLock("abc", in: [wrong]) }
    #expect(problem == .keyUnusable(path: "\(wrong)/abc.lock", reason: "Not a directory"))
    let usable = try KeyLock("abc", in: [wrong, folder + "/user"])
    #expect(usable.name == "abc")
  }

  private func rmdirAll() {
    do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
  }
}
