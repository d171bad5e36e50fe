//! The core cmdlets of the language, one file each (small families share one): objects, formatting, streams, CSV and
//! JSON, time, variables and commands, files, secrets.

mod add_member;
mod alias;
mod alias_file;
mod breakpoints;
mod clear_item;
pub mod clixml;
mod compare_object;
mod computer;
mod content;
mod convert_from_string_data;
mod convert_to_html;
mod convert_to_xml;
mod credential;
mod csv;
mod csv_reader;
mod csv_writer;
mod data_file;
mod debugging;
mod drives;
pub(crate) mod encoding;
mod events;
mod file_hash;
mod for_each_object;
mod for_each_parallel;
mod format_custom;
mod format_data;
mod format_hex;
mod format_list;
mod format_table;
mod format_wide;
mod formatting;
mod get_command;
mod get_date;
mod get_help;
mod get_item;
mod get_member;
mod get_random;
mod get_unique;
mod get_verb;
mod group_object;
mod help_paged;
mod history;
mod invoke;
mod item_property;
mod job;
mod join_string;
mod json;
mod localized_data;
mod location;
mod measure_object;
mod module;
mod module_manifest;
mod move_item;
mod new_item;
mod new_object;
mod out_default;
mod out_file;
mod out_null;
mod out_string;
mod output_file;
pub(crate) mod path;
mod paths;
mod process;
mod process_control;
mod provider;
mod read_line;
mod remove_item;
mod select_object;
mod select_string;
mod select_xml;
mod session_cmdlets;
mod set_item;
mod sort_object;
mod start_process;
mod tab_expansion;
mod tee_object;
mod test_json;
mod thread;
mod time;
mod transcript;
mod type_file;
mod update_list;
mod update_type_data;
mod variable;
mod web;
mod where_object;
mod write_error;
mod write_host;
mod write_information;
mod write_output;
mod write_progress;
mod write_streams;
mod yaml;

use plenum_lang::registry::Registry;

/// Modules as Get-Command shows them.
const CORE: &str = "Microsoft.PowerShell.Core";
const UTILITY: &str = "Microsoft.PowerShell.Utility";
const MANAGEMENT: &str = "Microsoft.PowerShell.Management";
const SECURITY: &str = "Microsoft.PowerShell.Security";
const HOST: &str = "Microsoft.PowerShell.Host";

/// Registers the core cmdlets.
pub fn register(registry: &mut Registry) {
    let commands = [
        add_member::command,
        clear_item::command,
        clixml::convert_from,
        clixml::convert_to,
        clixml::export,
        clixml::import,
        compare_object::command,
        computer::get_execution_policy,
        computer::set_execution_policy,
        computer::time_zone,
        computer::uptime,
        content::add,
        content::clear,
        content::get,
        content::set,
        convert_from_string_data::command,
        convert_to_html::command,
        convert_to_xml::command,
        credential::convert_from,
        credential::convert_to,
        credential::get,
        credential::read_host,
        csv::convert_from,
        csv::convert_to,
        csv::export,
        csv::import,
        data_file::command,
        drives::drive,
        drives::new,
        drives::remove,
        debugging::set,
        debugging::wait,
        drives::provider_command,
        file_hash::command,
        for_each_object::command,
        format_custom::command,
        format_data::export,
        format_data::get,
        format_data::update,
        format_hex::command,
        format_list::command,
        format_table::command,
        format_wide::command,
        get_command::command,
        get_date::command,
        get_help::command,
        get_item::child_item,
        get_item::item,
        get_member::command,
        get_random::command,
        get_random::new_guid,
        get_random::secure,
        get_unique::command,
        get_verb::command,
        group_object::command,
        help_paged::command,
        invoke::command,
        invoke::expression,
        item_property::clear,
        item_property::copy,
        item_property::get,
        item_property::get_value,
        item_property::move_property,
        item_property::new,
        item_property::remove,
        item_property::rename,
        item_property::set,
        join_string::command,
        json::convert_from,
        json::convert_to,
        localized_data::command,
        measure_object::command,
        move_item::copy,
        move_item::move_command,
        move_item::rename,
        new_item::command,
        new_item::mkdir,
        new_item::temporary_file,
        new_object::command,
        out_default::default_command,
        out_default::host_command,
        out_file::command,
        out_null::command,
        out_string::command,
        paths::convert_path,
        paths::join_path,
        paths::resolve_path,
        paths::split_path,
        paths::test_path,
        process::command,
        process_control::stop,
        process_control::wait,
        remove_item::command,
        select_object::command,
        select_string::command,
        select_xml::command,
        set_item::command,
        sort_object::command,
        start_process::command,
        tab_expansion::command,
        tee_object::command,
        time::measure_command,
        time::new_timespan,
        time::sleep,
        test_json::command,
        update_list::command,
        update_type_data::command,
        update_type_data::get,
        update_type_data::remove,
        web::request,
        web::rest,
        where_object::command,
        write_error::command,
        write_host::command,
        write_information::command,
        write_output::command,
        write_progress::command,
        write_streams::debug,
        write_streams::verbose,
        write_streams::warning,
        yaml::convert_from,
        yaml::convert_to,
    ];
    for command in commands {
        registry.add(command());
    }
    for view in [
        computer::execution_policies(),
        file_hash::view(),
        format_hex::view(),
        web::view(),
        select_xml::view(),
    ]
    .into_iter()
    .chain(process::views())
    {
        registry.add_view(view);
    }
    registry.set_object_text(clixml::object_text());
    alias::register(registry);
    alias_file::register(registry);
    breakpoints::register(registry);
    history::register(registry);
    read_line::register(registry);
    let jobs = job::register(registry);
    events::register(registry, &jobs);
    location::register(registry);
    module::register(registry);
    module_manifest::register(registry);
    session_cmdlets::register(registry);
    variable::register(registry);
}
