import Foundation
import Testing
import WeirNotebooks

/// Pages to look at: `WEIR_GALLERY=folder swift test --filter ReportGallery` writes them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["WEIR_GALLERY"] != nil))
struct ReportGallery {
  @Test func pages() throws {
    let folder = ProcessInfo.processInfo.environment["WEIR_GALLERY"] ?? "."
    let pages = [
      ("plain", try Sample.plain()), ("hostile", try Sample.hostileReport()), ("iris", try Sample.run(iris)),
    ]
    for (name, report) in pages {
      #expect(ReportFiles(html: "\(folder)/\(name).html", junit: "\(folder)/\(name).xml", json: "\(folder)/\(name).json").write(report).isEmpty)
    }
  }

  private let iris = """
    ---
    mlnb: 1
    title: Iris, looked at
    seed: 42
    ---

    # Iris, looked at

    Fisher's flowers of 1936: four lengths in centimetres of 150 irises of **three species**. This notebook reads them,
    looks at each measure, and asks which two tell the species apart. See [the archive](https://archive.ics.uci.edu/dataset/53/iris).

    ## The data

    ```weir load
    # One row for each flower
    param rows = 150
    iris = read_csv("iris.csv") |> take(rows)
    iris
    ```

    What each column holds:

    - the **sepal** is the green leaf that holds the bud
      - its length and width
      - neither tells much alone
    - the *petal* is what one calls the flower

    | measure | unit | range |
    |:--------|:----:|------:|
    | sepal length | cm | 4.3 to 7.9 |
    | petal length | cm | 1.0 to 6.9 |

    > "The use of multiple measurements in taxonomic problems"
    > — R. A. Fisher

    ```weir describe
    describe(iris)
    ```

    ## How the measures spread

    ```weir spread
    iris |> histogram(.petal_length, by: .species, title: "Petals")
    ```

    ```weir pairs
    iris |> scatter(.petal_length, .petal_width, by: .species)
    ```

    ```weir counts
    print("flowers: {iris |> count()}")
    by_species = iris |> aggregate(by: .species, mean_length: mean(.petal_length), n: count())
    by_species
    ```

    ## What may go wrong

    ```weir gate
    expect((by_species |> count()) == 4, "four species are expected")
    ```

    ```weir after
    by_species |> bar(.species, .mean_length)
    ```

    ```weir leap skip
    1 // 0
    ```

    """
}
