import CPosix
import Glibc

extension File {
  /// What others may change on the way to a file, so that another one stands there: a folder, a link or the file itself that others
  /// may write to, or that belongs to somebody else than this process's user and root. `nil` where there is nothing of the kind.
  public static func placeOfOthers(onTheWayTo path: String) -> String? {
    let whole = path.hasPrefix("/") ? path : (Folder.current ?? "") + "/" + path
    var left = Array(whole.split(separator: "/").reversed())
    var (place, links) = ("/", 0)
    while true {
      var status = stat()
      guard lstat(place, &status) == 0 else { return nil }
      if ![0, geteuid()].contains(status.st_uid) { return place }
      if status.st_mode & S_IFMT == S_IFLNK {
        links += 1
        guard links <= mostLinks, let target = linkTarget(place) else { return nil }
        left += target.split(separator: "/").reversed()
        place = target.hasPrefix("/") ? "/" : parent(of: place)
      } else if mayOthersWrite(place) {
        return place
      }
      while left.last == "." || left.last == ".." {
        if left.removeLast() == ".." { place = parent(of: place) }
      }
      guard let next = left.popLast() else { return nil }
      place += (place == "/" ? "" : "/") + next
    }
  }

  /// Why this process may not read what is there; `nil` where nothing stands against it. It is not opened.
  public static func problem(reading path: String) -> PosixError? {
    access(path, R_OK) == 0 ? nil : PosixError("open", path: path)
  }

  /// As many links as the system follows.
  private static var mostLinks: Int { 40 }
}
