import Foundation
import Glibc

/// Runs a shell command to its end and returns what it wrote; nil when it failed.
func output(of command: String, in directory: String = "/tmp") -> [UInt8]? {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", command]
  process.currentDirectoryURL = URL(fileURLWithPath: directory)
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  do { try process.run() } catch { return nil }
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return process.terminationStatus == 0 ? Array(data) : nil
}

/// So many zeros, compressed.
func gzipOfZeros(_ count: Int) -> [UInt8]? {
  output(of: "head -c \(count) /dev/zero | gzip -9")
}
