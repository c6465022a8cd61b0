//! Dictionaries: reading, writing, searching.

use super::operation::Kind::{Number, OneOf, Text};
use super::operation::Shape::{Document, Empty, Json};
use super::operation::{
    EDITOR, FILE_NAME, FORMS, LIMIT, OFFSET, Operation, READER, SEARCH, Shape, Takes, UPLOADED,
    VERSION, optional, read, write,
};

pub(super) const DICTIONARIES: &[Operation] = &[
    read(
        "/api/v1/dictionaries",
        "list",
        READER,
        "All dictionaries in order of name, page by page",
        &[
            LIMIT,
            optional(
                "after",
                Text { longest: 1000 },
                "The name behind which the page begins",
            ),
        ],
        &[(200, Document("Dictionaries"))],
    ),
    read(
        "/api/v1/dictionaries/{name}",
        "show",
        READER,
        "One dictionary with its annotations and the profile of a version",
        &[optional(
            "version",
            VERSION,
            "The number of a version; the current one where it is not given",
        )],
        &[(200, Document("Shown"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions",
        "versions",
        READER,
        "The versions of a dictionary, newest first",
        &[
            LIMIT,
            optional(
                "before",
                VERSION,
                "The number above which versions are left out",
            ),
        ],
        &[(200, Document("Versions"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}",
        "version",
        READER,
        "One version",
        &[],
        &[(200, Document("Version"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/fields",
        "fields",
        READER,
        "The fields of a version in order of position",
        &[
            LIMIT,
            optional(
                "offset",
                Number {
                    least: 0,
                    most: u32::MAX as u64,
                },
                "Fields that are left out at the beginning",
            ),
        ],
        &[(200, Document("Fields"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/fields/{path}",
        "field",
        READER,
        "One field as it stands in the profile document",
        &[],
        &[(200, Document("FieldProfile"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/export",
        "export",
        READER,
        "A dictionary in the form of another tool, as a file",
        &[
            optional("as", OneOf(FORMS), "The form; json where it is not given"),
            optional("version", VERSION, "Without it the current one"),
        ],
        &[(
            200,
            Shape::Kinds(&[
                "application/json",
                "application/ld+json",
                "application/schema+json",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "text/csv",
                "text/html",
                "text/markdown",
            ]),
        )],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/profile",
        "profile",
        READER,
        "The profile document of a version",
        &[],
        &[(200, Document("Profile"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/diff",
        "diff",
        READER,
        "The changes from one version to another; to the current one from the one before it where \
         they are not given",
        &[
            optional("from", VERSION, "The number of the older version"),
            optional("to", VERSION, "The number of the newer version"),
        ],
        &[(200, Document("Diff"))],
    ),
    write(
        "POST",
        "/api/v1/dictionaries",
        "upload",
        EDITOR,
        "A file for the dictionary that its name tells: 201 with its drop, 200 when it is known \
         already, 202 when it takes longer than `Prefer: wait=` seconds",
        (
            &[
                FILE_NAME,
                optional(
                    "name",
                    Text { longest: 200 },
                    "The name of the dictionary, where the file's name shall not tell it",
                ),
            ],
            Takes::File,
        ),
        UPLOADED,
    ),
    write(
        "POST",
        "/api/v1/dictionaries/{name}/versions",
        "upload version",
        EDITOR,
        "A file for this dictionary, whatever it is called",
        (&[FILE_NAME], Takes::File),
        UPLOADED,
    ),
    write(
        "PATCH",
        "/api/v1/dictionaries/{name}",
        "describe",
        EDITOR,
        "What people say of a dictionary: what is named is written, null takes it away",
        (&[], Takes::Json("Description")),
        &[(200, Json("Shown"))],
    ),
    write(
        "PUT",
        "/api/v1/dictionaries/{name}",
        "describe again",
        EDITOR,
        "The same as PATCH",
        (&[], Takes::Json("Description")),
        &[(200, Json("Shown"))],
    ),
    write(
        "POST",
        "/api/v1/import",
        "import",
        EDITOR,
        "What was edited in an export as json or csv, back in one transaction: only what was changed there",
        (
            &[
                optional(
                    "on_conflict",
                    OneOf(&["skip", "overwrite", "fail"]),
                    "What becomes of a text that was written meanwhile; fail where it is not given",
                ),
                optional(
                    "dry_run",
                    OneOf(&["true", "false"]),
                    "true: only tells what would be written",
                ),
            ],
            Takes::Export,
        ),
        &[(200, Json("Imported"))],
    ),
    write(
        "PATCH",
        "/api/v1/dictionaries/{name}/fields/{path}",
        "describe field",
        EDITOR,
        "What people say of a field: what is named is written, null takes it away; `said_type` and `said_pii` are verdicts, which win over what its values say",
        (&[], Takes::Json("FieldDescription")),
        &[(200, Json("Annotations"))],
    ),
    write(
        "DELETE",
        "/api/v1/dictionaries/{name}",
        "delete",
        EDITOR,
        "Hides a dictionary with its history until a file of its series comes, or `restore`",
        (
            &[optional(
                "erase",
                Text { longest: 1000 },
                "The name once more: an administrator takes the history away too",
            )],
            Takes::Nothing,
        ),
        &[(204, Empty)],
    ),
    write(
        "POST",
        "/api/v1/dictionaries/{name}/restore",
        "restore",
        EDITOR,
        "Shows a deleted dictionary again",
        (&[], Takes::Nothing),
        &[(204, Empty)],
    ),
    read(
        "/api/v1/search/fields",
        "search fields",
        READER,
        "Fields of current versions by words of path, meaning and description",
        &[SEARCH, LIMIT, OFFSET],
        &[(200, Document("FoundFields"))],
    ),
    read(
        "/api/v1/search/dictionaries",
        "search dictionaries",
        READER,
        "Dictionaries by words of name and description",
        &[SEARCH, LIMIT, OFFSET],
        &[(200, Document("FoundDictionaries"))],
    ),
];
